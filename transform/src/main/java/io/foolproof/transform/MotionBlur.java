package io.foolproof.transform;

import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;

/**
 * Blurs along a straight line, in a direction that is drawn evenly, as a camera does that moves.
 * Pixels at the edge go on outside.
 *
 * @param length of the line in pixels, from 0, which changes nothing, to 64
 */
public record MotionBlur(Range length) implements Transformation {
  /** Into how many points a pixel's length of the line is cut. */
  private static final int POINTS = 4;

  /** Checks the knob. */
  public MotionBlur {
    length.within("motion-blur: length", 0, 64);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    if (length.isAlways(0)) {
      return images;
    }
    int radius = (int) Math.ceil(length.high() / 2);
    int side = 2 * radius + 1;
    double[][] kernels = new double[side * side][draw.size()];
    for (int i = 0; i < draw.size(); i++) {
      addLine(kernels, i, draw.streams().get(i), radius);
    }
    long height = images.size(2);
    long width = images.size(3);
    Tensor padded = Nn.pad(images, new long[] {radius, radius, radius, radius}, Nn.PadMode.EDGE, 0);
    Tensor sum = images.mul(0);
    for (int place = 0; place < kernels.length; place++) {
      int down = place / side;
      int right = place % side;
      Tensor moved = padded.slice(2, down, down + height, 1).slice(3, right, right + width, 1);
      sum = sum.add(moved.mul(Draw.column(kernels[place], images.dtype())));
    }
    return sum;
  }

  /** The line as weights of the pixels around it: each of its points is shared by four. */
  private void addLine(double[][] kernels, int image, RandomStream stream, int radius) {
    double reach = length.draw(stream);
    double direction = Math.PI * stream.nextDouble();
    int points = 1 + 2 * (int) Math.ceil(POINTS * reach / 2);
    int side = 2 * radius + 1;
    for (int point = 0; point < points; point++) {
      double along = points == 1 ? 0 : reach * ((double) point / (points - 1) - 0.5);
      double x = radius + along * Math.cos(direction);
      double y = radius + along * Math.sin(direction);
      int column = (int) Math.floor(x);
      int row = (int) Math.floor(y);
      for (int corner = 0; corner < 4; corner++) {
        int atRow = row + corner / 2;
        int atColumn = column + corner % 2;
        double weight = (1 - Math.abs(x - atColumn)) * (1 - Math.abs(y - atRow));
        if (weight > 0) {
          kernels[atRow * side + atColumn][image] += weight / points;
        }
      }
    }
  }
}
