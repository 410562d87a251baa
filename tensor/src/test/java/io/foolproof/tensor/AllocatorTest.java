package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When the allocator's settings are asked for. */
class AllocatorTest {
  @Test
  void anySettingThatIsMissingIsAskedFor() {
    for (String missing : Allocator.SETTINGS.keySet()) {
      Map<String, String> environment = new HashMap<>(Allocator.SETTINGS);
      environment.remove(missing);
      assertThat(Allocator.advice("linux-x86_64", environment).orElseThrow())
          .contains(missing + "=" + Allocator.SETTINGS.get(missing));
    }
  }

  @Test
  void otherSettingsAndOtherSystemsAreLeftAlone() {
    Map<String, String> own = new HashMap<>(Allocator.SETTINGS);
    own.replaceAll((name, value) -> "1");
    assertThat(Allocator.advice("linux-x86_64", own)).isEmpty();
    assertThat(Allocator.advice("macosx-arm64", Map.of())).isEmpty();
  }
}
