package io.foolproof.report.physical;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.patch.PatchPlan;
import io.foolproof.audit.patch.PatchResult;
import io.foolproof.audit.patch.PatchResult.Made;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchFile;
import io.foolproof.physical.patch.PatchRates;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.SheetLayout;
import io.foolproof.report.Axis;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.Pictures;
import io.foolproof.report.Plot;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of a patch study: {@code index.html}, {@code patches.csv}, the best patch as {@code
 * patch.png} and {@code patch.json}, and all of them in {@code patches/}.
 */
public final class PatchReport {
  private PatchReport() {}

  /** All that the template shows. */
  record Shown(
      PatchResult result,
      ReportContext context,
      String headline,
      Pictures.Picture patch,
      String millimetres,
      List<Row> rows,
      @Nullable Plot plot,
      List<Line> lines,
      List<OtherRow> others,
      List<StrengthRow> strengths,
      List<DrawCard> draws) {

    List<Fact> facts() {
      PatchPlan plan = result.plan();
      List<Fact> facts = new ArrayList<>();
      facts.add(new Fact("Model", plan.model().name()));
      facts.add(new Fact("Made from", describe(plan.making())));
      facts.add(new Fact("Measured on", describe(plan.measured())));
      facts.add(new Fact("Settings", plan.attack().settings()));
      facts.addAll(Provenance.circumstances(context));
      return facts;
    }
  }

  /** A patch in the table. */
  record Row(
      int side,
      String place,
      String area,
      String target,
      boolean best,
      String rate,
      String interval,
      Part random,
      Part white,
      Part black,
      Part shuffled,
      Part nothing,
      Part clean) {}

  /** A rate and its interval. */
  record Part(String rate, String interval) {
    static Part of(Proportion proportion) {
      return new Part(Numbers.percent(proportion), Numbers.interval(proportion));
    }
  }

  /** A side's best patch on another model. */
  record OtherRow(
      String model,
      int side,
      String target,
      String rate,
      String interval,
      Part shuffled,
      Part clean) {}

  /** The best patch under a transformation. */
  record StrengthRow(String view, String rate, String interval, Part clean) {}

  /** A cover's curve over the area, as points of a polyline. */
  record Line(String name, String css, String points) {}

  /** A measured image with the patch on it. */
  record DrawCard(Pictures.Picture picture, String caption, boolean fooled) {}

  /**
   * Writes the files, in place of those that are there already.
   *
   * @throws io.foolproof.tensor.InvalidInputException if the folder cannot be written to
   */
  public static void write(PatchResult result, ReportContext context, Path folder) {
    Plot plot =
        result.plan().sides().size() < 2
            ? null
            : new Plot(
                Axis.linear("area of the patch, of the image", largestArea(result)),
                Axis.percent("fooled"));
    Shown shown =
        new Shown(
            result,
            context,
            headline(result),
            picture(result.best().patch()),
            millimetres(result),
            rows(result),
            plot,
            plot == null ? List.of() : lines(result, plot),
            others(result),
            result.strengths().stream()
                .map(
                    one ->
                        new StrengthRow(
                            one.view().settings(),
                            Numbers.percent(one.fooled()),
                            Numbers.interval(one.fooled()),
                            Part.of(one.clean())))
                .toList(),
            draws(result));
    byte[] html = Page.render("physical/patch.jte", shown).getBytes(StandardCharsets.UTF_8);
    OutputFolder output = new OutputFolder(folder);
    for (Made made : result.made()) {
      Patch patch = made.patch();
      String name =
          "side-%d-target-%s"
              .formatted(patch.side(), patch.target() == null ? "any" : patch.target());
      write(result, made, "patches/", name, output);
    }
    write(result, result.best(), "", "patch", output);
    output.write("patches.csv", csv(result).getBytes(StandardCharsets.UTF_8));
    output.write("index.html", html);
  }

  private static void write(
      PatchResult result, Made made, String folder, String name, OutputFolder output) {
    PatchFile file = new PatchFile(made.patch(), made.places(result.plan().attack()));
    output.write(folder + name + ".png", file.png());
    output.write(folder + name + ".json", file.json(name + ".png"));
  }

  static String describe(ImageSet images) {
    return Numbers.count(images.size(), "image")
        + " of "
        + images.name()
        + (images.selection().isEmpty() ? "" : " (" + images.selection() + ")");
  }

  private static double area(PatchResult result, Patch patch) {
    return patch.area(result.plan().measured().height(), result.plan().measured().width());
  }

  private static double largestArea(PatchResult result) {
    return result.made().stream().mapToDouble(made -> area(result, made.patch())).max().orElse(1);
  }

  private static String goal(PatchResult result, Patch patch) {
    return patch.target() == null
        ? "any wrong class"
        : "class " + new ClassNames(result.plan().measured().classNames()).of(patch.target());
  }

  private static String headline(PatchResult result) {
    Made best = result.best();
    String caution = caution(best);
    return "With a patch on %s of the image, %s (%s) of %s that it was not made from are taken for %s; with a white one %s, with nothing %s%s"
        .formatted(
            Numbers.percent(area(result, best.patch())),
            Numbers.percent(best.rate(Cover.PATCH)),
            Numbers.interval(best.rate(Cover.PATCH)),
            Numbers.count(best.rates().images(), "image"),
            goal(result, best.patch()),
            Numbers.percent(best.rate(Cover.WHITE)),
            Numbers.percent(best.rate(Cover.NOTHING)),
            caution.isEmpty() ? "" : ". " + caution);
  }

  /**
   * What to say where most images are misclassified without any patch, since a view shows too
   * little of them or the model knows too little, and where the patch does nothing that can be told
   * from nothing; empty where it is not so.
   */
  public static String caution(Made made) {
    if (made.clean().value() >= 0.5) {
      return made.rate(Cover.PATCH).low() > made.rate(Cover.NOTHING).value()
          ? ""
          : "No more than without a patch, as far as these images tell";
    }
    return "Without a patch only %s of these images are classified correctly, seen so: the figures say little about the patch"
        .formatted(Numbers.percent(made.clean()));
  }

  private static Pictures.Picture picture(Patch patch) {
    ImageShape shape = patch.shape();
    ImageSet one = ImageSet.of(new float[][] {new float[shape.pixels()]}, new int[1], shape);
    float[] pixels = new float[shape.pixels()];
    int[] levels = patch.levels();
    for (int j = 0; j < pixels.length; j++) {
      pixels[j] = levels[j] / 255f;
    }
    return new Pictures(one, 0, 1, Pictures.LARGE).image(pixels);
  }

  /** Its side on a printed sheet. */
  private static String millimetres(PatchResult result) {
    ImageSet images = result.plan().measured();
    SheetLayout layout = new SheetLayout(Paper.A4, images.height(), images.width());
    return Numbers.fixed(result.best().patch().side() * layout.pixel(), 1);
  }

  private static List<Row> rows(PatchResult result) {
    List<Row> rows = new ArrayList<>();
    for (Made made : result.made()) {
      Patch patch = made.patch();
      Proportion rate = made.rate(Cover.PATCH);
      rows.add(
          new Row(
              patch.side(),
              made.spot() == null
                  ? ""
                  : "row %d, column %d".formatted(made.spot().row(), made.spot().column()),
              Numbers.percent(area(result, patch)),
              goal(result, patch),
              made.equals(result.best(patch.side())) && result.plan().targets().size() > 1,
              Numbers.percent(rate),
              Numbers.interval(rate),
              Part.of(made.rate(Cover.RANDOM)),
              Part.of(made.rate(Cover.WHITE)),
              Part.of(made.rate(Cover.BLACK)),
              Part.of(made.rate(Cover.SHUFFLED)),
              Part.of(made.rate(Cover.NOTHING)),
              Part.of(made.clean())));
    }
    return rows;
  }

  private static List<OtherRow> others(PatchResult result) {
    List<OtherRow> rows = new ArrayList<>();
    for (int k = 0; k < result.plan().also().size(); k++) {
      for (int side : result.plan().sides()) {
        Made made = result.best(side);
        Proportion rate = made.also(k, Cover.PATCH);
        rows.add(
            new OtherRow(
                result.plan().also().get(k).name(),
                side,
                goal(result, made.patch()),
                Numbers.percent(rate),
                Numbers.interval(rate),
                Part.of(made.also(k, Cover.SHUFFLED)),
                Part.of(made.alsoClean(k))));
      }
    }
    return rows;
  }

  /** Of each side the best patch, and that patch's controls. */
  private static List<Line> lines(PatchResult result, Plot plot) {
    List<Integer> sides = result.plan().sides().stream().sorted().toList();
    List<Line> lines = new ArrayList<>();
    for (Cover cover : List.of(Cover.PATCH, Cover.SHUFFLED, Cover.WHITE)) {
      String points =
          sides.stream()
              .map(result::best)
              .map(made -> plot.point(area(result, made.patch()), made.rate(cover).value()))
              .collect(Collectors.joining(" "));
      lines.add(new Line(word(cover), css(cover), points));
    }
    return lines;
  }

  private static String word(Cover cover) {
    return switch (cover) {
      case PATCH -> "The best patch of each side.";
      case SHUFFLED -> "Its own pixels in a random order.";
      case WHITE -> "A white one.";
      default -> cover.name();
    };
  }

  private static String css(Cover cover) {
    return switch (cover) {
      case PATCH -> "first";
      case SHUFFLED -> "third";
      default -> "second";
    };
  }

  private static List<DrawCard> draws(PatchResult result) {
    Pictures pictures = new Pictures(result.plan().measured(), 0, 1, Pictures.SMALL);
    ClassNames names = new ClassNames(result.plan().measured().classNames());
    Integer target = result.best().patch().target();
    List<DrawCard> cards = new ArrayList<>();
    for (PatchRates.Seen seen : result.draws()) {
      boolean fooled =
          target == null ? seen.prediction() != seen.label() : seen.prediction() == target;
      cards.add(
          new DrawCard(
              pictures.image(seen.pixels()),
              names.of(seen.label()) + " as " + names.of(seen.prediction()),
              fooled));
    }
    return cards;
  }

  private static String csv(PatchResult result) {
    StringBuilder csv =
        new StringBuilder(
            "side,round,target,row,column,images,clean,patch,random,white,black,shuffled,nothing\r\n");
    for (Made made : result.made()) {
      Patch patch = made.patch();
      csv.append(patch.side())
          .append(',')
          .append(patch.round())
          .append(',')
          .append(patch.target() == null ? "" : patch.target())
          .append(',')
          .append(made.spot() == null ? "," : made.spot().row() + "," + made.spot().column())
          .append(',')
          .append(made.rates().images())
          .append(',')
          .append(made.rates().clean());
      for (Cover cover : Cover.values()) {
        csv.append(',').append(made.rates().fooled().get(cover));
      }
      csv.append("\r\n");
    }
    return csv.toString();
  }
}
