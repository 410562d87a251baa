package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private final Path folder;

  NpyTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** The array [[0, 1, 2], [3, 4, 5]] in Fortran order, as NumPy writes it in each version. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsWhatNumPyWrites(int version) {
    byte[] data = HexFormat.of().parseHex("000000000300000001000000040000000200000005000000");
    NpyArray array =
        read(file(version, "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }", data));

    assertThat(array.shape()).containsExactly(2, 3);
    for (int k = 0; k < 6; k++) {
      assertThat(array.integer(k)).isEqualTo(k);
    }
  }

  @Test
  void fortranOrderOfThreeDimensions() {
    byte[] data = new byte[24];
    int at = 0;
    for (int k = 0; k < 4; k++) {
      for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 2; i++) {
          data[at++] = (byte) (100 * i + 10 * j + k);
        }
      }
    }
    NpyArray array =
        read(file(1, "{'shape': (2, 3, 4), 'fortran_order': True, 'descr': '|u1'}", data));

    assertThat(array.integer((1 * 3 + 2) * 4 + 3)).isEqualTo(123);
    assertThat(array.integer((0 * 3 + 1) * 4 + 2)).isEqualTo(12);
  }

  @Test
  void theHeaderWrittenIsNumPys() throws IOException {
    Path file = folder.resolve("a.npy");
    Npy.write(file, NpyArray.ofBytes(new byte[] {1, 2, 3}, 3));
    byte[] bytes = Files.readAllBytes(file);

    assertThat(bytes).hasSize(128 + 3).endsWith(1, 2, 3);
    assertThat(new String(bytes, 1, 127, StandardCharsets.US_ASCII))
        .startsWith("NUMPY\1\0v\0{'descr': '|u1', 'fortran_order': False, 'shape': (3,), } ")
        .endsWith(" \n");
  }

  @Test
  void everyTypeComesBackThroughNpz() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("bytes", NpyArray.ofBytes(new byte[] {0, (byte) 255}, 2));
    arrays.put("ints", NpyArray.ofInts(new int[] {Integer.MIN_VALUE, 7}, 1, 2));
    arrays.put("longs", NpyArray.ofLongs(new long[] {Long.MAX_VALUE, -1}, 2, 1));
    arrays.put("floats", NpyArray.ofFloats(new float[] {0.1f, Float.MIN_VALUE}, 2));
    arrays.put("doubles", NpyArray.ofDoubles(new double[] {Math.PI}));
    Path file = folder.resolve("all.npz");
    Npz.write(file, arrays);
    Path again = folder.resolve("again.npz");
    Npz.write(again, arrays);
    Map<String, NpyArray> back = Npz.read(file);

    assertThat(back.keySet()).containsExactlyElementsOf(arrays.keySet());
    arrays.forEach(
        (name, array) -> {
          NpyArray found = NpyTest.get(back, name);
          assertThat(found.type()).isEqualTo(array.type());
          assertThat(found.shape()).isEqualTo(array.shape());
          assertThat(found.bytes()).isEqualTo(array.bytes());
        });
    assertThat(get(back, "bytes").real(1)).isEqualTo(255);
    assertThat(get(back, "doubles").real(0)).isEqualTo(Math.PI);
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void refusesDamageInOneLine() {
    byte[] good = file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", new byte[8]);
    byte[] version = good.clone();
    version[6] = 9;

    assertRefused(Arrays.copyOf(good, good.length - 1), "cut short");
    assertRefused(Arrays.copyOf(good, good.length + 1), "more bytes than the header promises");
    assertRefused(Arrays.copyOf(good, 20), "cut short");
    assertRefused(version, "NPY version 9");
    assertRefused(new byte[100], "not a NumPy array");
    assertRefused(file(2, "x".repeat(70_000), new byte[0]), "a header of 70,");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertHeaderRefused("'>f4'", "(2,)", "type >f4 is not supported, expected one of |u1, |b1");
    assertHeaderRefused("'|O'", "(2,)", "type |O is not supported");
    assertHeaderRefused("[('x', '<f4')]", "(2,)", "lacks a simple type");
    assertHeaderRefused("'<f4'", "(-2,)", "lacks a simple type, an order or a shape");
    assertHeaderRefused("'<f4'", "(99999999999,)", "not a list of sizes below 2^31");
    assertHeaderRefused("'<f8'", "(2147483647, 2147483647, 2147483647)", "more than 2,147,483,647");
    assertHeaderRefused("'<f8'", "(2147483647,)", "promises 17,179,869,176 bytes");
    assertHeaderRefused("'|u1'", "(1000000000,)", "cut short");
  }

  @Test
  void aWrongChecksumInAnArchiveIsSeen() throws IOException {
    Path file = folder.resolve("a.npz");
    Npz.write(file, Map.of("x", NpyArray.ofBytes(TestFiles.counting(4), 4)));
    byte[] bytes = Files.readAllBytes(file);
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    bytes[directory + 16] ^= 1;
    TestFiles.write(file, bytes);

    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a.npz (x.npy): the checksum is wrong");
    assertThatThrownBy(() -> Npz.read(file, "y")).hasMessageContaining("has no array y");
  }

  @Test
  void arraysMustFitTheirShape() {
    for (int[] shape :
        List.of(new int[] {3}, new int[] {-1, -2}, new int[] {1 << 30, 1 << 30, 0})) {
      assertThatThrownBy(() -> NpyArray.ofBytes(new byte[2], shape))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cannot have 2 values");
    }
  }

  static byte[] file(int version, String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) version).put((byte) 0);
    if (version == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    file.put(text).put(data);
    return Arrays.copyOf(file.array(), file.position());
  }

  private static NpyArray get(Map<String, NpyArray> arrays, String name) {
    NpyArray array = arrays.get(name);
    if (array == null) {
      throw new AssertionError("no array " + name);
    }
    return array;
  }

  private NpyArray read(byte[] bytes) {
    return Npy.read(TestFiles.write(folder.resolve("a.npy"), bytes));
  }

  private void assertHeaderRefused(String descr, String shape, String message) {
    assertRefused(
        file(
            1,
            "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }",
            new byte[16]),
        message);
  }

  private void assertRefused(byte[] bytes, String message) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}
