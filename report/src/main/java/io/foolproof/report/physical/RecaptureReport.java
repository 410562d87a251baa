package io.foolproof.report.physical;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Looks;
import io.foolproof.physical.photo.PhotoReport;
import io.foolproof.physical.photo.Survival;
import io.foolproof.physical.photo.Survival.Outcome;
import io.foolproof.physical.photo.Survival.Tally;
import io.foolproof.physical.sheet.Kind;
import io.foolproof.report.Axis;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The files of a recapture: {@code index.html}, {@code cells.csv} and {@code palette.txt}. */
public final class RecaptureReport {
  /** Images on the page, each with all of its kinds. */
  private static final int MOST_IMAGES = 12;

  private RecaptureReport() {}

  /** All that the template shows. */
  record Shown(
      Survival survival,
      ReportContext context,
      String headline,
      List<KindRow> kinds,
      List<PhotoRow> photos,
      Plot plot,
      List<Curve> curves,
      List<Card> cards) {

    List<Fact> facts() {
      List<Fact> facts = new ArrayList<>();
      facts.add(new Fact("Model", survival.model()));
      facts.add(new Fact("Run", survival.run().id()));
      facts.add(new Fact("Images from", survival.run().source()));
      facts.add(new Fact("Paper", survival.run().paper().name()));
      facts.add(new Fact("Ink", "pixel " + (survival.run().inkIsOne() ? 1 : 0)));
      facts.addAll(Provenance.circumstances(context));
      return facts;
    }
  }

  /** A photograph in the table. */
  record PhotoRow(
      String name,
      String sheet,
      String read,
      String across,
      String rise,
      String scale,
      String said) {
    static PhotoRow of(PhotoReport photo) {
      PhotoReport.Quality quality = photo.quality();
      return new PhotoRow(
          photo.name(),
          photo.sheet() == null ? "none" : "page " + photo.sheet().page(),
          quality == null ? "0" : photo.read() + " of " + (photo.read() + photo.unknown()),
          quality == null ? "" : Numbers.fixed(quality.pixelsAcross(), 1),
          quality == null ? "" : Numbers.fixed(quality.rise(), 2) + " mm",
          quality == null
              ? ""
              : quality.scale().isPresent()
                  ? Numbers.fixed(100 * quality.scale().getAsDouble(), 1) + " %"
                  : "not seen",
          photo.problem() != null ? photo.problem() : String.join("; ", photo.remarks()));
    }
  }

  /** A tone curve, as points of a polyline. */
  record Curve(String name, String points) {}

  /** One image in all of its kinds. */
  record Card(long index, int label, List<Pair> pairs) {}

  /** A printed image and what was read of it. */
  record Pair(String kind, Pictures.Picture printed, String digital, Seen seen) {}

  /** What was read; the picture is that of an empty cell where it is unknown. */
  record Seen(Pictures.Picture picture, String text, boolean correct) {}

  /** What a reader should know first. */
  public static String headline(Survival survival) {
    return survival.isForeign()
        ? survival.model()
            + " misclassifies most of the clean images as files: it is not the model that was"
            + " attacked, or takes images otherwise (--box, --mean, --layout). "
            + survived(survival)
        : survived(survival);
  }

  /** How far photographs of the same sheet agree; empty where none shows what another does. */
  public static String agreement(Survival survival) {
    if (survival.readAgain() == 0) {
      return "";
    }
    KindRow.Cell disputed = KindRow.Cell.of(survival.disputed(), survival.readAgain());
    return "Photographs of one sheet disagree on the class of %s images that several show, 95 %% interval %s; the mean of their pixels counts"
        .formatted(disputed.value(), disputed.interval());
  }

  private static String survived(Survival survival) {
    Tally tally = survival.tally(Kind.ADVERSARIAL);
    if (tally.fooling() == 0) {
      return tally.read() == 0
          ? "No adversarial image was read from the photographs: nothing can be said"
          : "None of the adversarial images that were read fools this model as a file: nothing can be"
              + " said about their survival";
    }
    KindRow.Cell survived = KindRow.Cell.of(tally.surviving(), tally.fooling());
    return "Of the adversarial images that fool the model as files, %s still fool it from paper; 95 %% interval %s%s"
        .formatted(
            survived.value(),
            survived.interval(),
            10 * tally.fooling() >= 9 * tally.read()
                ? ""
                : ". Only %d of the %d that were read fool it as files: was another model attacked, or one that takes images otherwise (--box, --mean, --layout)"
                    .formatted(tally.fooling(), tally.read()));
  }

  /**
   * Writes the files, in place of those that are there already.
   *
   * @throws io.foolproof.tensor.InvalidInputException if the folder cannot be written to
   */
  public static void write(Survival survival, ReportContext context, Path folder) {
    Plot plot = new Plot(Axis.percent("printed grey"), Axis.percent("brightness, of paper"));
    Shown shown =
        new Shown(
            survival,
            context,
            headline(survival),
            KindRow.of(survival),
            survival.photos().stream().map(PhotoRow::of).toList(),
            plot,
            curves(survival, plot),
            cards(survival));
    byte[] html = Page.render("physical/recapture.jte", shown).getBytes(StandardCharsets.UTF_8);
    OutputFolder output = new OutputFolder(folder);
    output.write("cells.csv", csv(survival).getBytes(StandardCharsets.UTF_8));
    String palette = String.join("\n", Looks.hexadecimal(survival.palette()));
    output.write("palette.txt", (palette + "\n").getBytes(StandardCharsets.UTF_8));
    output.write("index.html", html);
  }

  private static List<Curve> curves(Survival survival, Plot plot) {
    List<Curve> curves = new ArrayList<>();
    for (PhotoReport photo : survival.photos()) {
      if (photo.quality() != null) {
        double[] ratios = photo.quality().tones().ratios();
        String points =
            IntStream.range(0, ratios.length)
                .mapToObj(k -> plot.point(k / (ratios.length - 1.0), Math.min(1, ratios[k])))
                .collect(Collectors.joining(" "));
        curves.add(new Curve(photo.name(), points));
      }
    }
    return curves;
  }

  private static List<Card> cards(Survival survival) {
    Map<Long, List<Outcome>> images = new LinkedHashMap<>();
    for (Outcome outcome : survival.outcomes()) {
      images.computeIfAbsent(outcome.cell().index(), index -> new ArrayList<>()).add(outcome);
    }
    ImageShape shape = survival.run().shape();
    ImageSet one = ImageSet.of(new float[][] {new float[shape.pixels()]}, new int[1], shape);
    Pictures pictures = new Pictures(one, 0, 1, Pictures.SMALL);
    return images.values().stream()
        .filter(outcomes -> outcomes.stream().anyMatch(Outcome::isRead))
        .limit(MOST_IMAGES)
        .map(outcomes -> card(outcomes, pictures))
        .toList();
  }

  private static Card card(List<Outcome> outcomes, Pictures pictures) {
    List<Pair> pairs =
        outcomes.stream()
            .sorted((a, b) -> a.cell().kind().compareTo(b.cell().kind()))
            .map(outcome -> pair(outcome, pictures))
            .toList();
    return new Card(outcomes.get(0).cell().index(), outcomes.get(0).cell().label(), pairs);
  }

  private static Pair pair(Outcome outcome, Pictures pictures) {
    float[] printed = outcome.cell().pixels();
    float[] image = outcome.image();
    Seen seen =
        image == null
            ? new Seen(pictures.image(new float[printed.length]), "unknown", false)
            : new Seen(
                pictures.image(image),
                "from paper: " + outcome.physical(),
                outcome.correctPhysically());
    return new Pair(
        KindRow.words(outcome.cell().kind()),
        pictures.image(printed),
        "file: " + outcome.digital(),
        seen);
  }

  private static String csv(Survival survival) {
    StringBuilder csv =
        new StringBuilder(
            "page,cell,kind,index,label,prediction_file,readings,prediction_paper,predictions_by_photo\r\n");
    int each = survival.run().layout().cells();
    for (int place = 0; place < survival.outcomes().size(); place++) {
      Outcome outcome = survival.outcomes().get(place);
      csv.append(place / each + 1)
          .append(',')
          .append(place % each + 1)
          .append(',')
          .append(outcome.cell().kind().word())
          .append(',')
          .append(outcome.cell().index())
          .append(',')
          .append(outcome.cell().label())
          .append(',')
          .append(outcome.digital())
          .append(',')
          .append(outcome.readings().size())
          .append(',')
          .append(outcome.isRead() ? Integer.toString(outcome.physical()) : "")
          .append(',')
          .append(outcome.readings().stream().map(String::valueOf).collect(Collectors.joining(" ")))
          .append("\r\n");
    }
    return csv.toString();
  }
}
