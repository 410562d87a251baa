package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;

/**
 * Covers a square, anywhere in the image, with a grey.
 *
 * @param side as a fraction of the image's shorter side, from 0, which changes nothing, to 1
 * @param grey from 0 to 1
 */
public record Occlusion(Range side, Range grey) implements Transformation {

  /** Checks the knobs. */
  public Occlusion {
    side.within("occlusion: side", 0, 1);
    grey.within("occlusion: grey", 0, 1);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    double[] left = new double[draw.size() * height * width];
    double[] cover = new double[left.length];
    for (int i = 0; i < draw.size(); i++) {
      RandomStream stream = draw.streams().get(i);
      int pixels = (int) Math.round(side.draw(stream) * Math.min(height, width));
      double value = grey.draw(stream);
      int top = stream.nextInt(height - pixels + 1);
      int first = stream.nextInt(width - pixels + 1);
      for (int at = 0; at < height * width; at++) {
        int row = at / width - top;
        int column = at % width - first;
        boolean covered = row >= 0 && row < pixels && column >= 0 && column < pixels;
        left[i * height * width + at] = covered ? 0 : 1;
        cover[i * height * width + at] = covered ? value : 0;
      }
    }
    long[] shape = {draw.size(), 1, height, width};
    return images
        .mul(Tensor.of(left, shape).to(images.dtype()))
        .add(Tensor.of(cover, shape).to(images.dtype()));
  }
}
