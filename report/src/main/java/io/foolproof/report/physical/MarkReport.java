package io.foolproof.report.physical;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.mark.MarkPlan;
import io.foolproof.audit.mark.MarkResult;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.physical.mark.Marked;
import io.foolproof.physical.sheet.AttackedImages;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.Pictures;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The files of a study of marks: {@code index.html}, {@code marks.csv}, and the images that fool as
 * {@code adversarial.npz}, which {@code foolproof print} takes.
 */
public final class MarkReport {
  /** Images on the page. */
  private static final int MOST_CARDS = 24;

  private MarkReport() {}

  /** All that the template shows. */
  record Shown(
      MarkResult result, ReportContext context, String headline, List<Row> rows, List<Card> cards) {

    List<Fact> facts() {
      MarkPlan plan = result.plan();
      List<Fact> facts = new ArrayList<>();
      facts.add(new Fact("Model", plan.model().name()));
      facts.add(new Fact("Images", PatchReport.describe(plan.images())));
      facts.add(new Fact("Settings", plan.attack().settings()));
      facts.addAll(Provenance.circumstances(context));
      return facts;
    }
  }

  /** What is done to images, in the table. */
  record Row(String what, String fooled, String interval, String draws, String drawsInterval) {}

  /** An image before and after. */
  record Card(
      Pictures.Picture clean,
      Pictures.Picture marked,
      String title,
      String caption,
      boolean fools) {}

  /** What a reader should know first. */
  public static String headline(MarkResult result) {
    List<Marked> others = result.ofOtherClasses();
    if (others.isEmpty()) {
      return "All images are of the target class: nothing can be said";
    }
    return result
        .fooled()
        .map(
            fooled ->
                "%s on at most %s of %s each %s on %s; at random, on %s%s"
                    .formatted(
                        result.plan().attack().marking().noun(),
                        Numbers.count(result.mostTouched(), "pixel"),
                        Numbers.count(pixels(result.plan().images())),
                        goal(result),
                        words(fooled, " images"),
                        result.scrambled().map(control -> words(control, "")).orElse("none"),
                        caution(fooled.total(), others.size())))
        .orElse("No image is classified correctly without a mark: nothing can be said");
  }

  private static String goal(MarkResult result) {
    Integer target = result.plan().attack().target();
    return target == null
        ? "fool the model"
        : "make class %s of what is shown"
            .formatted(new ClassNames(result.plan().images().classNames()).of(target));
  }

  private static String words(Proportion part, String things) {
    return "%d of %d%s (%s; 95 %% interval %s)"
        .formatted(
            part.count(), part.total(), things, Numbers.percent(part), Numbers.interval(part));
  }

  /** Of a view that leaves little to see, few images count, and marks cannot be seen either. */
  private static String caution(int counted, int images) {
    return 2 * counted >= images
        ? ""
        : "; of %d images only these %d are classified correctly without a mark, seen so: the view or the model says little about marks"
            .formatted(images, counted);
  }

  private static int pixels(ImageSet images) {
    return images.height() * images.width();
  }

  /**
   * Writes the files, in place of those that are there already.
   *
   * @throws io.foolproof.tensor.InvalidInputException if the folder cannot be written to
   */
  public static void write(MarkResult result, ReportContext context, Path folder) {
    Shown shown = new Shown(result, context, headline(result), rows(result), cards(result));
    byte[] html = Page.render("physical/mark.jte", shown).getBytes(StandardCharsets.UTF_8);
    OutputFolder output = new OutputFolder(folder);
    output.write("marks.csv", csv(result).getBytes(StandardCharsets.UTF_8));
    output.write(AttackedImages.FILE, file -> Npz.write(file, arrays(result)));
    output.write("index.html", html);
  }

  private static List<Row> rows(MarkResult result) {
    List<Row> rows = new ArrayList<>();
    result.fooled().ifPresent(fooled -> rows.add(row(result, "marked", fooled, Marked::reached)));
    result
        .scrambled()
        .ifPresent(
            fooled ->
                rows.add(row(result, "the same mark at random", fooled, Marked::scrambledReached)));
    return rows;
  }

  private static Row row(
      MarkResult result, String what, Proportion fooled, ToIntFunction<Marked> reached) {
    MarkResult.Draws draws = result.draws(reached).orElseThrow();
    return new Row(
        what,
        "%d of %d (%s)".formatted(fooled.count(), fooled.total(), Numbers.percent(fooled)),
        Numbers.interval(fooled),
        Numbers.percent(draws.mean()),
        Numbers.range(draws.interval().low(), draws.interval().high()));
  }

  private static List<Card> cards(MarkResult result) {
    Pictures pictures = new Pictures(result.plan().images(), 0, 1, Pictures.SMALL);
    ClassNames names = new ClassNames(result.plan().images().classNames());
    return result.counted().stream()
        .limit(MOST_CARDS)
        .map(
            one ->
                new Card(
                    pictures.image(EightBit.pixels(one.clean())),
                    pictures.image(EightBit.pixels(one.marked())),
                    names.of(one.label()),
                    "fools in %d of %s, %s"
                        .formatted(
                            one.reached(),
                            Numbers.count(one.draws(), "draw"),
                            Numbers.count(one.touched(), "pixel")),
                    one.fools()))
        .toList();
  }

  private static String csv(MarkResult result) {
    StringBuilder csv =
        new StringBuilder("index,label,touched,draws,correct,clean,scrambled,marked\r\n");
    for (Marked one : result.marked()) {
      csv.append(one.index())
          .append(',')
          .append(one.label())
          .append(',')
          .append(one.touched())
          .append(',')
          .append(one.draws())
          .append(',')
          .append(one.correct())
          .append(',')
          .append(one.cleanReached())
          .append(',')
          .append(one.scrambledReached())
          .append(',')
          .append(one.reached())
          .append("\r\n");
    }
    return csv.toString();
  }

  /** Those that count and fool in most draws. */
  private static Map<String, NpyArray> arrays(MarkResult result) {
    List<Marked> fooling = result.counted().stream().filter(Marked::fools).toList();
    ImageSet images = result.plan().images();
    int pixels = images.pixels();
    float[] marked = new float[fooling.size() * pixels];
    float[] clean = new float[marked.length];
    for (int i = 0; i < fooling.size(); i++) {
      System.arraycopy(EightBit.pixels(fooling.get(i).marked()), 0, marked, i * pixels, pixels);
      System.arraycopy(EightBit.pixels(fooling.get(i).clean()), 0, clean, i * pixels, pixels);
    }
    int count = fooling.size();
    int[] shape = {count, images.channels(), images.height(), images.width()};
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("images", NpyArray.ofFloats(marked, shape));
    arrays.put("clean", NpyArray.ofFloats(clean, shape));
    arrays.put(
        "labels", NpyArray.ofInts(fooling.stream().mapToInt(Marked::label).toArray(), count));
    arrays.put(
        "indices", NpyArray.ofLongs(fooling.stream().mapToLong(Marked::index).toArray(), count));
    arrays.put("box", NpyArray.ofDoubles(new double[] {0, 1}, 2));
    Integer target = result.plan().attack().target();
    if (target != null) {
      arrays.put(AttackedImages.TARGET, NpyArray.ofInts(new int[] {target}, 1));
    }
    return arrays;
  }
}
