package org.example;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images of our own: a line each, its label first and then its pixels, from 0 to 255. */
public final class CsvImages {
  private CsvImages() {}

  /** Reads grey images of one size, without a heading. */
  public static ImageSet read(Path file, int height, int width) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int[] labels = new int[lines.size()];
    float[][] images = new float[lines.size()][];
    for (int i = 0; i < labels.length; i++) {
      String[] values = lines.get(i).split(",", -1);
      labels[i] = Integer.parseInt(values[0]);
      images[i] = new float[values.length - 1];
      for (int j = 1; j < values.length; j++) {
        images[i][j - 1] = Integer.parseInt(values[j]) / 255f;
      }
    }
    return ImageSet.of(images, labels, new ImageShape(1, height, width));
  }
}
