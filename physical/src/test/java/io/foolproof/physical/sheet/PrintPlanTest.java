package io.foolproof.physical.sheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.data.ImageShape;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintPlanTest {
  private static int[] levels(Map<Kind, int[]> kinds, Kind kind) {
    return Objects.requireNonNull(kinds.get(kind));
  }

  private static final ImageShape SHAPE = new ImageShape(1, 6, 6);

  @TempDir Path folder;

  private static AttackedImages attacked(int from, int to) {
    Map<Long, AttackedImages.Pair> pairs = new LinkedHashMap<>();
    for (int i = from; i < to; i++) {
      int[] clean = new int[36];
      int[] adversarial = new int[36];
      clean[i % 36] = 200;
      adversarial[i % 36] = 150;
      adversarial[(i + 7) % 36] = 60;
      pairs.put((long) i, new AttackedImages.Pair(i, i % 3, clean, adversarial));
    }
    return new AttackedImages(SHAPE, null, pairs);
  }

  @Test
  void everyImageIsThereCleanAdversarialAndWithNoiseAsLong() {
    PrintRun run = new PrintPlan(Paper.A4, 1, null, 0).run(attacked(0, 100), null, null, "test");
    assertThat(run.cells()).hasSize(48);
    assertThat(run.inkIsOne()).isTrue();
    Map<Long, List<Cell>> images =
        run.cells().stream()
            .collect(Collectors.groupingBy(Cell::index, TreeMap::new, Collectors.toList()));
    assertThat(images).hasSize(16);
    images.forEach(
        (index, cells) -> {
          Map<Kind, int[]> kinds =
              cells.stream().collect(Collectors.toMap(Cell::kind, Cell::levels));
          int[] clean = levels(kinds, Kind.CLEAN);
          assertThat(kinds.keySet())
              .containsExactlyInAnyOrder(Kind.CLEAN, Kind.ADVERSARIAL, Kind.NOISE);
          assertThat(squares(clean, levels(kinds, Kind.NOISE)))
              .isEqualTo(squares(clean, levels(kinds, Kind.ADVERSARIAL)));
          assertThat(levels(kinds, Kind.NOISE)).isNotEqualTo(levels(kinds, Kind.ADVERSARIAL));
        });
  }

  @Test
  void moreSheetsThanThereAreImagesForAreAsManyAsTheyFill() {
    PrintPlan most = new PrintPlan(Paper.A4, Integer.MAX_VALUE, null, 0);
    assertThat(most.run(attacked(0, 100), null, null, "test").cells()).hasSize(300);
  }

  private static long squares(int[] a, int[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (long) (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  @Test
  void theOrderIsDrawn() {
    List<Kind> order =
        new PrintPlan(Paper.A4, 1, null, 0)
            .run(attacked(0, 100), null, null, "test").cells().stream().map(Cell::kind).toList();
    long afterClean = 0;
    for (int i = 0; i + 1 < order.size(); i++) {
      afterClean += order.get(i) == Kind.CLEAN && order.get(i + 1) == Kind.ADVERSARIAL ? 1 : 0;
    }
    assertThat(afterClean).isBetween(1L, 12L);
    assertThat(new PrintPlan(Paper.A4, 1, null, 1).run(attacked(0, 100), null, null, "test").id())
        .isNotEqualTo(
            new PrintPlan(Paper.A4, 1, null, 0).run(attacked(0, 100), null, null, "test").id());
  }

  @Test
  void anotherAttackIsPrintedWhereBothFooled() {
    PrintRun run =
        new PrintPlan(Paper.LETTER, 2, true, 0).run(attacked(0, 9), attacked(5, 20), null, "test");
    assertThat(run.cells()).hasSize(16);
    assertThat(run.cells().stream().filter(cell -> cell.kind() == Kind.EOT)).hasSize(4);
    assertThatThrownBy(
            () ->
                new PrintPlan(Paper.A4, 1, null, 0)
                    .run(attacked(0, 5), attacked(5, 9), null, "test"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("fooled no image in common");
  }

  /** What stands beside each other on paper shows the same image, towards the same class. */
  @Test
  void imagesOfOtherDataAreNotPrintedAsTheSame() {
    PrintPlan plan = new PrintPlan(Paper.A4, 1, null, 0);
    Map<Long, AttackedImages.Pair> others = new LinkedHashMap<>(attacked(0, 9).pairs());
    AttackedImages.Pair one = Objects.requireNonNull(others.get(4L));
    others.put(4L, new AttackedImages.Pair(4, one.label() + 1, one.clean(), one.adversarial()));
    AttackedImages labels = new AttackedImages(SHAPE, null, others);
    assertThatThrownBy(() -> plan.run(attacked(0, 9), labels, null, "test"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("image 4 of --eot is another");
    others.put(4L, new AttackedImages.Pair(4, one.label(), new int[36], one.adversarial()));
    AttackedImages pixels = new AttackedImages(SHAPE, null, others);
    assertThatThrownBy(() -> plan.run(attacked(0, 9), pixels, null, "test"))
        .hasMessageContaining("image 4 of --eot is another");
    AttackedImages three = new AttackedImages(SHAPE, 3, attacked(0, 9).pairs());
    AttackedImages four = new AttackedImages(SHAPE, 4, attacked(0, 9).pairs());
    assertThat(plan.run(three, null, null, "test").target()).isEqualTo(3);
    assertThatThrownBy(() -> plan.run(three, four, null, "test"))
        .hasMessageContaining("towards different classes ([3, 4])");
  }

  @Test
  void aPatchIsPrintedWithItsPixelsShuffledAtTheSamePlaces() {
    Patch patch = new Patch(new ImageShape(1, 2, 2), new int[] {250, 10, 90, 170}, false, 2);
    PatchOn on = new PatchOn(patch, new Places(0, 0, new Places.Spot(1, 3)));
    PrintPlan plan = new PrintPlan(Paper.A4, 1, true, 0);
    PrintRun run = plan.run(attacked(0, 100), null, on, "test");
    assertThat(run.target()).isEqualTo(2);
    assertThat(run.cells()).hasSize(45);
    int[] under = {9, 10, 15, 16};
    Map<Long, int[]> clean = levelsOf(run, Kind.CLEAN);
    Map<Long, int[]> shuffled = levelsOf(run, Kind.SHUFFLED);
    levelsOf(run, Kind.PATCH)
        .forEach(
            (index, levels) -> {
              int[] expected = Objects.requireNonNull(clean.get(index)).clone();
              int[] other = Objects.requireNonNull(shuffled.get(index));
              for (int k = 0; k < 4; k++) {
                expected[under[k]] = patch.levels()[k];
              }
              assertThat(levels).isEqualTo(expected);
              assertThat(other).isNotEqualTo(expected);
              assertThat(IntStream.of(under).map(k -> other[k]).sorted())
                  .containsExactly(10, 90, 170, 250);
            });
    PatchOn large = new PatchOn(patch, Places.USUAL.at("5,0"));
    assertThatThrownBy(() -> plan.run(attacked(0, 9), null, large, "test"))
        .hasMessageContaining("does not fit into images of 6 x 6");
    Patch colour = new Patch(new ImageShape(3, 1, 1), new int[3], false, null);
    assertThatThrownBy(
            () -> plan.run(attacked(0, 9), null, new PatchOn(colour, Places.USUAL), "test"))
        .hasMessageContaining("the patch has 3 channels, the images have 1");
  }

  private static Map<Long, int[]> levelsOf(PrintRun run, Kind kind) {
    return run.cells().stream()
        .filter(cell -> cell.kind() == kind)
        .collect(Collectors.toMap(Cell::index, Cell::levels));
  }

  @Test
  void foldersOfAttacksAreReadInTheUnitsOfTheirModel() {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("images", NpyArray.ofFloats(new float[] {-1, 0, 1, 0.5f}, 1, 1, 2, 2));
    arrays.put("clean", NpyArray.ofFloats(new float[] {-1, -1, 1, 1}, 1, 1, 2, 2));
    arrays.put("labels", NpyArray.ofInts(new int[] {3}, 1));
    arrays.put("indices", NpyArray.ofLongs(new long[] {42}, 1));
    arrays.put("box", NpyArray.ofDoubles(new double[] {-1, 1}, 2));
    Npz.write(folder.resolve(AttackedImages.FILE), arrays);
    AttackedImages.Pair pair = Objects.requireNonNull(AttackedImages.read(folder).pairs().get(42L));
    assertThat(pair.clean()).containsExactly(0, 0, 255, 255);
    assertThat(pair.adversarial()).containsExactly(0, 128, 255, 191);

    arrays.remove("clean");
    Npz.write(folder.resolve(AttackedImages.FILE), arrays);
    assertThatThrownBy(() -> AttackedImages.read(folder))
        .hasMessageContaining("has no array 'clean'");
    assertThatThrownBy(() -> AttackedImages.read(folder.resolve("none")))
        .hasMessageContaining("there is no such file: give the folder that 'foolproof attack");
    arrays.put("clean", NpyArray.ofFloats(new float[] {-1, -1, 7, 1}, 1, 1, 2, 2));
    Npz.write(folder.resolve(AttackedImages.FILE), arrays);
    assertThatThrownBy(() -> AttackedImages.read(folder))
        .hasMessageContaining("pixel 2 of image 0");
    arrays.put("clean", NpyArray.ofFloats(new float[] {-1, -1, 1, 1}, 1, 1, 2, 2));
    refused(arrays, "labels", NpyArray.ofFloats(new float[] {2.5f}, 1), "is 2.5, expected a whole");
    refused(arrays, "labels", NpyArray.ofInts(new int[] {-1}, 1), "is -1.0, expected a whole");
    refused(arrays, "labels", NpyArray.ofLongs(new long[] {(1L << 32) + 3}, 1), "labels");
    refused(arrays, "indices", NpyArray.ofDoubles(new double[] {Double.NaN}, 1), "indices");
    refused(
        arrays, "box", NpyArray.ofDoubles(new double[] {1, 0}, 2), "its box is from 1.0 to 0.0");
    refused(
        arrays,
        "box",
        NpyArray.ofDoubles(new double[] {0, Double.POSITIVE_INFINITY}, 2),
        "its box is from 0.0 to Infinity");
    arrays.put("images", NpyArray.ofFloats(new float[8], 2, 1, 2, 2));
    arrays.put("clean", NpyArray.ofFloats(new float[8], 2, 1, 2, 2));
    arrays.put("labels", NpyArray.ofInts(new int[2], 2));
    refused(arrays, "indices", NpyArray.ofLongs(new long[] {7, 7}, 2), "two images of index 7");
  }

  private void refused(Map<String, NpyArray> arrays, String name, NpyArray wrong, String message) {
    Map<String, NpyArray> all = new LinkedHashMap<>(arrays);
    all.put(name, wrong);
    Npz.write(folder.resolve(AttackedImages.FILE), all);
    assertThatThrownBy(() -> AttackedImages.read(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}
