package io.foolproof.physical.sheet;

import io.foolproof.data.EightBit;
import io.foolproof.data.EqualNormNoise;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which images are printed, and where: of each source image one cell of each kind, all in random
 * order.
 *
 * @param paper of the sheets
 * @param pages how many to fill at most
 * @param inkIsOne whether ink is the pixel 1; null for what suits the images: where they are grey
 *     and mostly black, as digits are, printing black as ink would take much of it
 * @param seed of the draw of images, of the noise and of the order
 */
public record PrintPlan(Paper paper, int pages, @Nullable Boolean inkIsOne, long seed) {
  /** Checks the number of pages. */
  public PrintPlan {
    if (pages < 1) {
      throw new InvalidInputException(pages + " pages, expected 1 or more");
    }
  }

  /**
   * Makes the run.
   *
   * @param attacked whose images, adversarial images and equally long noise are printed
   * @param eot what an attack that expects transformations made of the same images; null for none
   * @param patch what is put on the clean images, and where; null for none
   * @param source where they come from, in words
   * @throws InvalidInputException if the two have no image in common, or other shapes, or the patch
   *     does not fit
   */
  public PrintRun run(
      AttackedImages attacked,
      @Nullable AttackedImages eot,
      @Nullable PatchOn patch,
      String source) {
    if (patch != null) {
      patch.requireFits(attacked.shape());
    }
    List<AttackedImages.Pair> pairs = attacked.all();
    if (eot != null) {
      if (!eot.shape().equals(attacked.shape())) {
        throw new InvalidInputException(
            "the images of --eot are of %s, the others of %s: attack the same images"
                .formatted(eot.shape(), attacked.shape()));
      }
      requireSame(attacked, eot);
      pairs.removeIf(pair -> !eot.pairs().containsKey(pair.index()));
      if (pairs.isEmpty()) {
        throw new InvalidInputException(
            "the two attacks fooled no image in common: attack the same images (--samples, --seed)");
      }
    }
    SheetLayout layout =
        new SheetLayout(paper, attacked.shape().height(), attacked.shape().width());
    int kinds = 3 + (eot == null ? 0 : 1) + (patch == null ? 0 : 2);
    int count = (int) Math.min(pairs.size(), (long) pages * layout.cells() / kinds);
    RandomStream draw = new RandomStream(seed, 0, "images to print", 0);
    int[] chosen = draw.shuffle(IntStream.range(0, pairs.size()).toArray());
    List<Cell> cells = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      AttackedImages.Pair pair = pairs.get(chosen[k]);
      add(cells, Kind.CLEAN, pair, pair.clean());
      add(cells, Kind.ADVERSARIAL, pair, pair.adversarial());
      noise(pair).ifPresent(noise -> add(cells, Kind.NOISE, pair, EightBit.levels(noise)));
      AttackedImages.Pair other = eot == null ? null : eot.pairs().get(pair.index());
      if (other != null) {
        add(cells, Kind.EOT, pair, other.adversarial());
      }
      if (patch != null) {
        add(cells, Kind.PATCH, pair, patch.on(pair, attacked.shape(), seed));
        add(cells, Kind.SHUFFLED, pair, patch.shuffled(seed).on(pair, attacked.shape(), seed));
      }
    }
    return new PrintRun(
        paper,
        attacked.shape(),
        inkIsOne != null ? inkIsOne : mostlyBlack(attacked),
        source,
        target(attacked, eot, patch),
        shuffled(cells));
  }

  /** What is printed beside each other shows the same image. */
  private static void requireSame(AttackedImages attacked, AttackedImages eot) {
    for (AttackedImages.Pair pair : attacked.all()) {
      AttackedImages.Pair other = eot.pairs().get(pair.index());
      if (other != null
          && (other.label() != pair.label() || !Arrays.equals(other.clean(), pair.clean()))) {
        throw new InvalidInputException(
            "image %d of --eot is another than image %d of the attack: attack the same images of the same data"
                .formatted(pair.index(), pair.index()));
      }
    }
  }

  /** The class that all of them are to be taken for; null where there is none. */
  private static @Nullable Integer target(
      AttackedImages attacked, @Nullable AttackedImages eot, @Nullable PatchOn patch) {
    Set<Integer> targets = new TreeSet<>();
    for (Integer one :
        Arrays.asList(
            attacked.target(),
            eot == null ? null : eot.target(),
            patch == null ? null : patch.patch().target())) {
      if (one != null) {
        targets.add(one);
      }
    }
    if (targets.size() > 1) {
      throw new InvalidInputException(
          "what is to be printed is towards different classes (%s): print each by itself"
              .formatted(targets));
    }
    return targets.isEmpty() ? null : targets.iterator().next();
  }

  private static void add(List<Cell> cells, Kind kind, AttackedImages.Pair pair, int[] levels) {
    cells.add(new Cell(kind, pair.index(), pair.label(), levels));
  }

  private Optional<float[]> noise(AttackedImages.Pair pair) {
    return EqualNormNoise.of(
        EightBit.pixels(pair.clean()),
        EightBit.pixels(pair.adversarial()),
        true,
        seed,
        pair.index());
  }

  private List<Cell> shuffled(List<Cell> cells) {
    RandomStream order = new RandomStream(seed, 0, "order of printed images", 0);
    int[] places = order.shuffle(IntStream.range(0, cells.size()).toArray());
    return IntStream.of(places).mapToObj(cells::get).toList();
  }

  private static boolean mostlyBlack(AttackedImages attacked) {
    double mean =
        attacked.all().stream()
            .flatMapToInt(pair -> IntStream.of(pair.clean()))
            .average()
            .orElse(EightBit.HIGHEST);
    return attacked.shape().channels() == 1 && mean < EightBit.HIGHEST / 2.0;
  }
}
