package io.foolproof.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How each digit may be written: the strokes of the pen, before a hand makes them its own.
 *
 * <p>A stroke is a smooth curve through its points; a point given twice is a corner. A digit is
 * about 1 high.
 */
final class DigitTemplates {
  private DigitTemplates() {}

  /** A place on the paper: x to the right, y down. */
  record Point(double x, double y) {}

  /** From where the pen touches the paper to where it leaves it. */
  record Stroke(List<Point> points) {}

  /**
   * One way to write a digit.
   *
   * @param weight how often it is used, relative to the other ways to write the same digit
   * @param strokes in the order in which they are written
   */
  record Template(double weight, List<Stroke> strokes) {}

  /** The ways to write each digit, by digit. */
  static final List<List<Template>> ALL =
      List.of(
          List.of(
              template(
                  3,
                  stroke(
                      .55, .01, .27, .10, .12, .48, .24, .87, .50, .99, .76, .87, .88, .48, .74,
                      .11, .48, .00)),
              template(
                  2,
                  stroke(
                      .62, .06, .40, .03, .20, .25, .16, .62, .34, .95, .60, .95, .80, .68, .80,
                      .30, .62, .06, .42, .05)),
              template(
                  1,
                  stroke(
                      .66, .10, .42, .00, .28, .30, .26, .70, .46, 1.0, .66, .80, .72, .40, .58,
                      .02))),
          List.of(
              template(5, stroke(.52, .00, .50, .50, .49, 1.0)),
              template(2, stroke(.30, .24, .52, .00, .52, .00, .51, .50, .50, 1.0)),
              template(
                  1,
                  stroke(.28, .22, .52, .00, .52, .00, .52, .50, .52, 1.0),
                  stroke(.24, 1.0, .52, .99, .80, .99))),
          List.of(
              template(
                  3,
                  stroke(
                      .15, .26, .28, .06, .54, .00, .80, .14, .78, .38, .52, .68, .12, .97, .12,
                      .97, .50, .97, .92, .94)),
              template(
                  3,
                  stroke(
                      .14, .22, .34, .02, .64, .02, .82, .22, .70, .52, .44, .80, .20, .96, .08,
                      .86, .24, .76, .48, .88, .70, .98, .94, .88)),
              template(
                  1,
                  stroke(
                      .20, .14, .50, .00, .76, .12, .72, .40, .44, .74, .18, .94, .42, .90, .66,
                      .94, .90, 1.0))),
          List.of(
              template(
                  3,
                  stroke(
                      .16, .13, .40, .00, .72, .08, .74, .30, .40, .47, .40, .47, .78, .60, .80,
                      .86, .48, 1.0, .13, .90)),
              template(
                  1,
                  stroke(
                      .15, .04, .45, .03, .80, .03, .80, .03, .42, .42, .42, .42, .76, .54, .82,
                      .80, .52, 1.0, .14, .91)),
              template(
                  2,
                  stroke(
                      .18, .10, .46, .00, .72, .14, .62, .38, .40, .50, .42, .42, .66, .50, .80,
                      .74, .60, .98, .16, .94))),
          List.of(
              template(
                  3,
                  stroke(.22, .02, .16, .30, .16, .54, .16, .54, .50, .54, .88, .50),
                  stroke(.74, .04, .70, .50, .66, 1.0)),
              template(
                  2,
                  stroke(.62, .00, .34, .34, .08, .66, .08, .66, .50, .66, .92, .64),
                  stroke(.62, .00, .62, .50, .60, 1.0)),
              template(
                  2,
                  stroke(.22, .02, .14, .30, .24, .50, .50, .50, .76, .40),
                  stroke(.80, .00, .74, .50, .68, 1.0)),
              template(
                  1,
                  stroke(
                      .26, .02, .14, .40, .30, .52, .60, .40, .76, .06, .76, .06, .72, .50, .66,
                      1.0))),
          List.of(
              template(
                  2,
                  stroke(
                      .84, .03, .56, .03, .28, .04, .28, .04, .22, .43, .22, .43, .54, .36, .82,
                      .56, .76, .88, .46, 1.0, .12, .90)),
              template(
                  2,
                  stroke(
                      .30, .08, .24, .42, .24, .42, .54, .38, .78, .60, .70, .90, .42, 1.0, .12,
                      .92),
                  stroke(.30, .06, .58, .05, .88, .02)),
              template(
                  1,
                  stroke(
                      .84, .02, .48, .04, .28, .22, .38, .42, .68, .58, .74, .82, .46, 1.0, .12,
                      .92))),
          List.of(
              template(
                  3,
                  stroke(
                      .68, .00, .40, .18, .20, .54, .20, .84, .46, 1.0, .76, .86, .74, .62, .48,
                      .54, .22, .72)),
              template(
                  2,
                  stroke(
                      .50, .00, .30, .34, .20, .70, .34, .96, .62, .96, .76, .76, .60, .62, .36,
                      .70, .24, .84)),
              template(
                  1,
                  stroke(
                      .82, .12, .62, .00, .36, .14, .20, .50, .22, .86, .50, 1.0, .74, .82, .66,
                      .58, .40, .58, .22, .76))),
          List.of(
              template(4, stroke(.12, .06, .48, .05, .86, .03, .86, .03, .62, .44, .44, 1.0)),
              template(
                  2,
                  stroke(.12, .06, .48, .05, .86, .03, .86, .03, .62, .44, .44, 1.0),
                  stroke(.32, .52, .54, .50, .80, .47)),
              template(
                  2,
                  stroke(
                      .12, .22, .14, .05, .14, .05, .48, .08, .84, .03, .84, .03, .66, .40, .58,
                      1.0)),
              template(
                  1, stroke(.12, .14, .34, .03, .62, .10, .84, .06, .72, .36, .54, .66, .46, 1.0))),
          List.of(
              template(
                  3,
                  stroke(
                      .74, .12, .48, .00, .24, .15, .38, .40, .66, .60, .78, .82, .50, 1.0, .22,
                      .84, .34, .60, .62, .40, .78, .18, .66, .04)),
              template(
                  1,
                  stroke(.50, .46, .26, .36, .28, .10, .52, .00, .74, .12, .72, .36, .50, .46),
                  stroke(.50, .46, .22, .60, .20, .86, .50, 1.0, .80, .86, .78, .60, .50, .46)),
              template(
                  1,
                  stroke(
                      .82, .06, .46, .04, .28, .20, .44, .42, .68, .60, .70, .88, .46, 1.0, .24,
                      .84, .40, .58, .66, .36, .84, .04))),
          List.of(
              template(
                  3,
                  stroke(
                      .76, .20, .56, .01, .28, .10, .20, .34, .40, .50, .64, .42, .78, .14, .78,
                      .14, .74, .56, .68, 1.0)),
              template(
                  2,
                  stroke(
                      .76, .20, .54, .01, .26, .12, .22, .36, .44, .48, .66, .40, .78, .16, .80,
                      .50, .66, .88, .42, 1.0, .20, .92)),
              template(
                  1,
                  stroke(
                      .66, .30, .70, .08, .46, .00, .24, .16, .26, .40, .50, .44, .70, .22, .60,
                      .60, .40, 1.0))));

  private static Template template(double weight, Stroke... strokes) {
    return new Template(weight, List.of(strokes));
  }

  private static Stroke stroke(double... coordinates) {
    return new Stroke(
        IntStream.range(0, coordinates.length / 2)
            .mapToObj(k -> new Point(coordinates[2 * k], coordinates[2 * k + 1]))
            .toList());
  }
}
