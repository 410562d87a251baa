package io.foolproof.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
  @ParameterizedTest
  @CsvSource({"10,1,1", "10,3,1", "10,10,1", "1000003,64,1", "1000,8,48", "96,2,48", "97,3,48"})
  void togetherShardsAreAllSamplesInOrder(int samples, int count, int together) {
    int[][] places =
        IntStream.rangeClosed(1, count)
            .mapToObj(number -> new Shard(number, count).places(samples, together))
            .toArray(int[][]::new);
    assertThat(Arrays.stream(places).flatMapToInt(Arrays::stream).toArray())
        .isEqualTo(IntStream.range(0, samples).toArray());
    int most = (samples + together - 1) / together / count + 1;
    for (int[] own : places) {
      assertThat(own[0] % together).isZero();
      assertThat(own).hasSizeBetween(1, most * together);
    }
  }

  @Test
  void moreShardsThanSamplesAreRefused() {
    Shard shard = new Shard(1, 3);
    assertThatThrownBy(() -> shard.places(2, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("2 samples cannot be divided into 3 shards: give at most 2, or more samples");
    assertThatThrownBy(() -> shard.places(90, 48))
        .hasMessageContaining("into 3 shards, since 48 are done at once: give at most 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0/3", "4/3", "3", "a/b", "1/2/3", "-1/2", "1/9999999"})
  void whatIsNoShardIsRefused(String text) {
    assertThatThrownBy(() -> Shard.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("such as 3/8");
  }

  @Test
  void aShardOfAJournalSaysSo() {
    Map<String, String> whole = Map.of("seed", "1");
    assertThat(Shard.identity(whole, null)).isEqualTo(whole);
    assertThat(Shard.identity(whole, Shard.parse("3/8")))
        .isEqualTo(Map.of("seed", "1", "shard", "3/8"));
  }
}
