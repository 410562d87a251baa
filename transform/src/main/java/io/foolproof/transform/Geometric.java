package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A transformation that moves pixels. Several in a row are one map of the plane, so that an image
 * is interpolated once. What comes from outside an image is 0.
 */
public sealed interface Geometric extends Transformation
    permits Perspective, Rotation, Scale, Shift {

  /**
   * One draw.
   *
   * @param height in pixels
   * @param width in pixels
   */
  PlaneMap map(RandomStream stream, int height, int width);

  @Override
  default Tensor apply(Tensor images, Draw draw) {
    return PlaneMap.resample(images, after(List.of(), images, draw));
  }

  /**
   * A map for each image.
   *
   * @param earlier what was done to the images before; empty where nothing was
   */
  default List<PlaneMap> after(List<PlaneMap> earlier, Tensor images, Draw draw) {
    List<PlaneMap> maps = new ArrayList<>();
    for (int i = 0; i < draw.size(); i++) {
      PlaneMap map = map(draw.streams().get(i), (int) images.size(2), (int) images.size(3));
      maps.add(earlier.isEmpty() ? map : earlier.get(i).then(map));
    }
    return maps;
  }
}
