package io.foolproof.report.study;

import io.foolproof.geometry.Corners;
import io.foolproof.geometry.CurveStudy;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.ReportContext;
import io.foolproof.tensor.InvalidInputException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The figures that explain interpolation and extrapolation, as one page. */
public final class ExtrapolationReport {
  private static final List<Integer> DRAWN = List.of(1, 3, 7, 15);
  private static final int IMAGES = 60_000;
  private static final int PIXELS = 784;

  /** Images a second, and seconds: 10^18 of both. */
  private static final BigInteger LISTED = BigInteger.TEN.pow(36);

  private ExtrapolationReport() {}

  /**
   * All that the template shows.
   *
   * @param corners of the cube of images of 28 x 28 pixels
   * @param covered how many pixels so few images could show every corner of
   * @param left digits of how often 10^36 goes into that number
   */
  record Shown(
      CurveStudy study,
      ReportContext context,
      List<FitChart> charts,
      ErrorChart errors,
      Corners corners,
      int images,
      int covered,
      int left) {}

  /**
   * Writes {@code index.html}, in place of one that is there already.
   *
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void write(CurveStudy study, ReportContext context, Path folder) {
    Corners corners = new Corners(PIXELS);
    Shown shown =
        new Shown(
            study,
            context,
            DRAWN.stream().map(degree -> FitChart.of(study, degree)).toList(),
            ErrorChart.of(study),
            corners,
            IMAGES,
            Corners.pixelsCoveredBy(IMAGES),
            Corners.digits(corners.count().divide(LISTED)));
    new OutputFolder(folder)
        .write(
            "index.html",
            Page.render("study/extrapolation.jte", shown).getBytes(StandardCharsets.UTF_8));
  }

  /** An error, with thousands separated where it is that large. */
  static String error(double error) {
    return error < 1000 ? Numbers.decimal(error) : Numbers.count(Math.round(error));
  }

  /** A long number in lines, with thousands separated. */
  static List<String> lines(BigInteger number, int groupsInALine) {
    String digits = String.format(Locale.ROOT, "%,d", number);
    String[] groups = digits.split(",");
    int count = (groups.length + groupsInALine - 1) / groupsInALine;
    return IntStream.range(0, count)
        .mapToObj(
            line ->
                String.join(
                    " ",
                    List.of(groups)
                        .subList(
                            line * groupsInALine,
                            Math.min(groups.length, (line + 1) * groupsInALine))))
        .toList();
  }
}
