package io.foolproof.physical.photo;

import io.foolproof.model.Classifier;
import io.foolproof.physical.sheet.Cell;
import io.foolproof.physical.sheet.Kind;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.physical.sheet.SheetLayout;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How much of an attack survives paper and a camera: each printed image as a model classifies it,
 * as a file and as it was read from photographs.
 *
 * @param run what was printed
 * @param model its name
 * @param photos what each photograph gave
 * @param outcomes one a printed image, in the order of the run
 */
public record Survival(
    PrintRun run, String model, List<PhotoReport> photos, List<Outcome> outcomes) {

  /** Images classified at a time. */
  private static final int BATCH = 64;

  /** Draws of a randomised model; the class of most of them counts. */
  private static final int DRAWS = 101;

  /** Copies the lists. */
  public Survival {
    photos = List.copyOf(photos);
    outcomes = List.copyOf(outcomes);
  }

  /**
   * A printed image.
   *
   * @param cell what was printed
   * @param digital the class that the model takes the file for
   * @param readings the class that the model takes it for in each photograph in which it was read
   * @param image the mean of what was read, {@code [C, H, W]} in [0, 1]; null where it is unknown
   * @param physical the class that the model takes that for; -1 where it is unknown
   */
  public record Outcome(
      Cell cell, int digital, List<Integer> readings, float @Nullable [] image, int physical) {

    /** Whether the model takes it for different classes in different photographs. */
    public boolean isDisputed() {
      return readings.stream().distinct().count() > 1;
    }

    /** Whether it was read. */
    public boolean isRead() {
      return image != null;
    }

    /** Whether the file is classified correctly. */
    public boolean correctDigitally() {
      return digital == cell.label();
    }

    /** Whether what was read is classified correctly. */
    public boolean correctPhysically() {
      return physical == cell.label();
    }
  }

  /**
   * The printed images of one kind.
   *
   * @param printed how many there are
   * @param read how many were read; all further counts are of those
   * @param correct how many are classified correctly from a photograph
   * @param controls how many are classified correctly as files
   * @param lost how many of the controls are misclassified from a photograph: what printing and
   *     photographing alone do
   * @param fooling how many are misclassified as files, while the clean image they come from is
   *     classified correctly as a file
   * @param destroyed how many of the fooling are classified correctly from a photograph
   * @param aimed how many are of another class than the run's target; 0 where there is none
   * @param reached how many of these the model takes for the target as files
   * @param reachedFromPaper how many of these the model takes for the target from a photograph
   */
  public record Tally(
      Kind kind,
      int printed,
      int read,
      int correct,
      int controls,
      int lost,
      int fooling,
      int destroyed,
      int aimed,
      int reached,
      int reachedFromPaper) {

    /** How many of the fooling still fool from a photograph. */
    public int surviving() {
      return fooling - destroyed;
    }
  }

  /**
   * Classifies what was read, and what was printed.
   *
   * @throws InvalidInputException if the model takes images of another shape, or knows fewer
   *     classes than the labels
   */
  public static Survival of(Recapture recapture, Classifier model) {
    PrintRun run = recapture.run();
    requireFits(run, model);
    List<Cell> cells = run.cells();
    List<float[]> files = cells.stream().map(Cell::pixels).toList();
    int[] digital = predictions(model, files);
    List<float[]> read = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      recapture.image(i).ifPresent(read::add);
      read.addAll(recapture.readings(i));
    }
    PrimitiveIterator.OfInt physical = Arrays.stream(predictions(model, read)).iterator();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      float[] image = recapture.image(i).orElse(null);
      int ofMean = image == null ? -1 : physical.nextInt();
      List<Integer> readings =
          recapture.readings(i).stream().map(reading -> physical.nextInt()).toList();
      outcomes.add(new Outcome(cells.get(i), digital[i], readings, image, ofMean));
    }
    return new Survival(run, model.name(), recapture.photos(), outcomes);
  }

  private static void requireFits(PrintRun run, Classifier model) {
    if (model.input().elements() != run.shape().pixels()) {
      throw new InvalidInputException(
          "%s takes images of %d values, the sheets' are of %s (channels x height x width): give the model that was attacked"
              .formatted(model.name(), model.input().elements(), run.shape()));
    }
    int most = run.cells().stream().mapToInt(Cell::label).max().orElse(0);
    if (most >= model.classes()) {
      throw new InvalidInputException(
          "%s has %d classes, and images on the sheets are of class %d: give the model that was attacked"
              .formatted(model.name(), model.classes(), most));
    }
    Integer target = run.target();
    if (target != null && target >= model.classes()) {
      throw new InvalidInputException(
          "%s has %d classes, and the patch on the sheets leads to class %d: give the model that was attacked"
              .formatted(model.name(), model.classes(), target));
    }
  }

  private static int[] predictions(Classifier model, List<float[]> images) {
    int[] predictions = new int[images.size()];
    double low = model.input().low();
    double span = model.input().high() - low;
    for (int from = 0; from < predictions.length; from += BATCH) {
      int to = Math.min(predictions.length, from + BATCH);
      float[][] batch = new float[to - from][];
      for (int i = from; i < to; i++) {
        batch[i - from] = images.get(i).clone();
        for (int j = 0; j < batch[i - from].length; j++) {
          batch[i - from][j] = (float) (low + span * batch[i - from][j]);
        }
      }
      System.arraycopy(ofMostDraws(model, batch), 0, predictions, from, batch.length);
    }
    return predictions;
  }

  private static int[] ofMostDraws(Classifier model, float[][] batch) {
    int[][] votes = new int[batch.length][model.classes()];
    Classifier own = model.drawing(new RandomStream(0, 0, "recapture", 0));
    for (int draw = 0; draw < (model.drawsAtRandom() ? DRAWS : 1); draw++) {
      try (Scope scope = Scope.open()) {
        Tensor logits = own.logits(Tensor.ofRows(batch, model.input().batchShape(batch.length)));
        long[] classes = logits.argmax(1).toLongs();
        for (int i = 0; i < classes.length; i++) {
          votes[i][(int) classes[i]]++;
        }
      }
    }
    return Arrays.stream(votes).mapToInt(Survival::largest).toArray();
  }

  private static int largest(int[] votes) {
    int largest = 0;
    for (int k = 1; k < votes.length; k++) {
      largest = votes[k] > votes[largest] ? k : largest;
    }
    return largest;
  }

  /**
   * The tones that were printed, as a camera that is set to the white of paper sees them: pixels of
   * the images, each the mean over the photographs, from ink to paper. What is as good as equal, at
   * 8 bits, stands once.
   *
   * @return a value in [0, 1] for each channel; empty where no photograph was read
   */
  public List<List<Double>> palette() {
    List<PhotoReport.Quality> read =
        photos.stream().map(PhotoReport::quality).filter(Objects::nonNull).toList();
    Set<List<Double>> palette = new LinkedHashSet<>();
    for (int step = 0; step < SheetLayout.TONES && !read.isEmpty(); step++) {
      List<Double> colour = new ArrayList<>();
      for (int c = 0; c < run.shape().channels(); c++) {
        double sum = 0;
        for (PhotoReport.Quality quality : read) {
          sum += Math.min(1, quality.channels().get(c).ratios()[step]);
        }
        colour.add(Math.round(255 * run.pixel(sum / read.size())) / 255.0);
      }
      palette.add(List.copyOf(colour));
    }
    return List.copyOf(palette);
  }

  /**
   * Whether the model misclassifies most of the clean images as files. What was attacked classified
   * them all correctly: this is another model, or it is given images otherwise than it takes them.
   */
  public boolean isForeign() {
    List<Outcome> clean =
        outcomes.stream().filter(outcome -> outcome.cell().kind() == Kind.CLEAN).toList();
    long wrong = clean.stream().filter(outcome -> !outcome.correctDigitally()).count();
    return 2 * wrong > clean.size();
  }

  /** How many images were read in more than one photograph. */
  public int readAgain() {
    return (int) outcomes.stream().filter(outcome -> outcome.readings().size() > 1).count();
  }

  /** How many of these the model takes for different classes in different photographs. */
  public int disputed() {
    return (int) outcomes.stream().filter(Outcome::isDisputed).count();
  }

  /** The kinds that were printed, in their order. */
  public Set<Kind> kinds() {
    Set<Kind> kinds = new TreeSet<>();
    outcomes.forEach(outcome -> kinds.add(outcome.cell().kind()));
    return kinds;
  }

  /** The counts of a kind. */
  public Tally tally(Kind kind) {
    Map<Long, Boolean> cleanIsCorrect = new HashMap<>();
    for (Outcome outcome : outcomes) {
      if (outcome.cell().kind() == Kind.CLEAN) {
        cleanIsCorrect.put(outcome.cell().index(), outcome.correctDigitally());
      }
    }
    int printed = 0;
    int read = 0;
    int correct = 0;
    int controls = 0;
    int lost = 0;
    int fooling = 0;
    int destroyed = 0;
    int aimed = 0;
    int reached = 0;
    int reachedFromPaper = 0;
    Integer target = run.target();
    for (Outcome outcome : outcomes) {
      if (outcome.cell().kind() != kind) {
        continue;
      }
      printed++;
      if (!outcome.isRead()) {
        continue;
      }
      read++;
      correct += outcome.correctPhysically() ? 1 : 0;
      if (target != null && outcome.cell().label() != target) {
        aimed++;
        reached += outcome.digital() == target ? 1 : 0;
        reachedFromPaper += outcome.physical() == target ? 1 : 0;
      }
      if (outcome.correctDigitally()) {
        controls++;
        lost += outcome.correctPhysically() ? 0 : 1;
      } else if (cleanIsCorrect.getOrDefault(outcome.cell().index(), false)) {
        fooling++;
        destroyed += outcome.correctPhysically() ? 1 : 0;
      }
    }
    return new Tally(
        kind,
        printed,
        read,
        correct,
        controls,
        lost,
        fooling,
        destroyed,
        aimed,
        reached,
        reachedFromPaper);
  }
}
