package io.foolproof.report.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipEndsTest {
  /** From this many on, an archive ends in the records of 64 bits. */
  private static final int MANY = 65_536;

  @TempDir Path folder;

  private static byte[] archive(int files, String comment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < files; i++) {
        zip.putNextEntry(new ZipEntry(Integer.toString(i)));
        zip.write(i);
      }
      zip.setComment(comment);
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private boolean isAllOf(byte[] bytes) throws IOException {
    return ZipEnds.areThoseOf(Files.write(folder.resolve("some.zip"), bytes));
  }

  @Test
  void anArchiveIsAllOfItsFile() throws IOException {
    for (int files : new int[] {1, 3, MANY}) {
      byte[] archive = archive(files, "");
      assertThat(isAllOf(archive)).isTrue();
      byte[] byteMore = {0};
      assertThat(isAllOf(joined(archive, byteMore))).isFalse();
      assertThat(isAllOf(joined(byteMore, archive))).isFalse();
      assertThat(isAllOf(joined(archive, archive))).isFalse();
      assertThat(isAllOf(Arrays.copyOf(archive, archive.length - 1))).isFalse();
    }
  }

  @Test
  void manyFilesTakeRecordsOf64Bits() throws IOException {
    byte[] archive = archive(MANY, "");
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt(archive.length - 42)).isEqualTo(0x07064b50);
  }

  @Test
  void aCommentIsNoPartOfAnArchive() throws IOException {
    assertThat(isAllOf(archive(2, "more"))).isFalse();
  }

  @Test
  void whatIsTooShortIsNoArchive() throws IOException {
    assertThat(isAllOf(new byte[0])).isFalse();
    assertThat(isAllOf(new byte[21])).isFalse();
    assertThat(isAllOf(new byte[22])).isFalse();
  }
}
