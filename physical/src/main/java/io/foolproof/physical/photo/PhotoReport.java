package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.SheetCode;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one photograph gave.
 *
 * @param name of its file
 * @param problem why nothing is read from it; null where something is
 * @param sheet that it shows; null where that is not read
 * @param read how many cells are read
 * @param unknown how many cells of the sheet are not
 * @param remarks what else a reader should know
 * @param quality what the camera made of the sheet; null where nothing is read
 */
public record PhotoReport(
    String name,
    @Nullable String problem,
    @Nullable SheetCode sheet,
    int read,
    int unknown,
    List<String> remarks,
    @Nullable Quality quality) {

  /** Copies the remarks. */
  public PhotoReport {
    remarks = List.copyOf(remarks);
  }

  /**
   * What the camera made of the sheet.
   *
   * @param tones how bright each step of the tone strip is, over paper
   * @param channels the same for each channel of the images
   * @param pixelsAcross pixels of the photograph across one pixel of an image, where they are
   *     fewest
   * @param rise over how many millimetres an edge rises from 10 to 90 %
   * @param scale at which the sheet was printed; empty where the edges of the paper are not seen
   */
  public record Quality(
      ToneCurve tones,
      List<ToneCurve> channels,
      double pixelsAcross,
      double rise,
      OptionalDouble scale) {

    /** Copies the list. */
    public Quality {
      channels = List.copyOf(channels);
    }
  }
}
