package io.foolproof.physical.sheet;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;

/** Runs of images that look like nothing else: random strokes, different in each cell. */
public final class ExampleRuns {
  private ExampleRuns() {}

  /** Grey images of 28 x 28 pixels, white on black, that fill the first sheet and more. */
  public static PrintRun digits(Paper paper, int cells) {
    return run(paper, new ImageShape(1, 28, 28), true, cells);
  }

  /** Images of another shape; every cell is a clean one. */
  public static PrintRun run(Paper paper, ImageShape shape, boolean inkIsOne, int count) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cells.add(new Cell(Kind.CLEAN, i, i % 10, image(shape, i)));
    }
    return new PrintRun(paper, shape, inkIsOne, "random images", null, cells);
  }

  private static int[] image(ImageShape shape, int index) {
    RandomStream random = new RandomStream(7, index, "example image", 0);
    int[] levels = new int[shape.pixels()];
    int border = shape.width() / 8;
    for (int i = 0; i < levels.length; i++) {
      int x = i % shape.width();
      int y = i / shape.width() % shape.height();
      boolean inside =
          Math.min(x, y) >= border && x < shape.width() - border && y < shape.height() - border;
      levels[i] = inside && random.nextInt(3) == 0 ? random.nextInt(256) : 0;
    }
    return levels;
  }
}
