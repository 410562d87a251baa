package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTableTest {
  private static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");

  private final Path folder;

  CsvTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path file(String name, String text) {
    return TestFiles.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private Table read(String text, @Nullable String label, @Nullable List<String> names) {
    return CsvTable.read("flowers", file("flowers.csv", text), label, List.of(), names);
  }

  @Test
  void valuesAreThoseOfTheFileToTheLastBit() {
    Table table =
        read(
            "\ufefflength, \"width, cm\" ,species\r\n5.1,-2e-8,2\r\n\r\n7,\"+.25\",0.0\r\n",
            "species",
            null);
    assertThat(table.features()).containsExactly("length", "width, cm");
    assertThat(table.row(0)).containsExactly(5.1f, -2e-8f);
    assertThat(table.row(1)).containsExactly(7f, 0.25f);
    assertThat(table.label(0)).isEqualTo(2);
    assertThat(table.label(1)).isZero();
    assertThat(table.classNames()).containsExactly("0", "1", "2");
  }

  @Test
  void labelsAreNamesInTheOrderOfTheOutputsOrIndices() {
    Table names = read("a,y\n1,virginica\n2,setosa\n", "y", SPECIES);
    assertThat(names.label(0)).isEqualTo(2);
    assertThat(names.label(1)).isZero();
    Table indices = read("a,y\n1,1\n2,0\n", "y", SPECIES);
    assertThat(indices.label(0)).isEqualTo(1);
    assertThat(indices.classNames()).isEqualTo(SPECIES);
    // Names that are numbers are names: a model of fives and threes has the outputs 0 and 1.
    assertThat(read("a,y\n1,3\n2,5\n", "y", List.of("5", "3")).label(0)).isEqualTo(1);
  }

  @Test
  void theLabelColumnMayBeAnywhereAndColumnsCanBeLeftOut() {
    Path csv = file("ids.csv", "id,y,a\nx7,1,0.5\n");
    Table table = CsvTable.read("ids", csv, "y", List.of("id"), null);
    assertThat(table.features()).containsExactly("a");
    assertThat(table.value(0, 0)).isEqualTo(0.5f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,y;1,0;abc,1|row 2, column 'a' is 'abc', expected a number",
        "a,y;1,0;1f,1|row 2, column 'a' is '1f'",
        "a,y;1,0;1e99,1|row 2, column 'a' is '1e99', expected a number of 32 bits",
        "a,y;`\"5,1\"`,0|row 1, column 'a' is '5,1', expected a number of 32 bits; write decimal",
        "a,y;,0|row 1, column 'a' has no value (it is empty); leave the row out",
        "a,y;1,0;NaN,0|row 2, column 'a' has no value ('NaN')",
        "a,y;1,|row 1, column 'y' has no value",
        "a,y;1,2.5|row 1, the label '2.5' in column 'y' is no class index",
        "a,y;1,-1|row 1, the label '-1' in column 'y' is no class index",
        "a,y;1,setosa|row 1, the label 'setosa' in column 'y' is no class index (0, 1, ...); give",
        "a,y;1,0,3|row 1 has 3 values, but the header has 2 columns",
        "a,y;1|row 1 has 1 values, but the header has 2 columns",
        "a,y,a;1,0,2|two columns are called 'a'",
        "a,,y;1,2,0|column 2 has no name",
        "a,Y;1,0|has no column 'y'",
        "1,2;3,4|the first line is '1,2', expected the names of the columns",
        "a,y|has a header, but no rows",
        "y;1|rows of 0 features",
      })
  void whatCannotBeUsedIsToldWithItsPlace(String rows, String message) {
    String text = rows.replace(';', '\n').replace("`", "") + "\n";
    assertThatThrownBy(() -> read(text, "y", null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("flowers");
  }

  @Test
  void separatorsAndEncodingsAreToldApart() throws IOException {
    assertThatThrownBy(() -> read("", "y", null)).hasMessageContaining("the file is empty");
    assertThatThrownBy(() -> read("a;y\n5,1;0\n", "y", null))
        .hasMessageContaining("separated by semicolons, expected commas");
    assertThatThrownBy(() -> read("a\ty\n5\t0\n", "y", null))
        .hasMessageContaining("separated by tabs");
    assertThatThrownBy(() -> read("a,y\n\"5,0\n", "y", null))
        .hasMessageContaining("is not comma-separated text");
    Path latin =
        Files.write(
            folder.resolve("latin.csv"),
            "gr\u00f6\u00dfe,y\n1,0\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> CsvTable.read("latin", latin, "y", List.of(), null))
        .hasMessageContaining("is not in UTF-8; save it in UTF-8");
    Path wide =
        Files.write(
            folder.resolve("wide.csv"), "\ufeffa,y\n1,0\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> CsvTable.read("wide", wide, "y", List.of(), null))
        .hasMessageContaining("is in UTF-16");
    assertThatThrownBy(() -> read("a,y\n1,0\n", null, null))
        .hasMessageContaining("which column has the labels is not known")
        .hasMessageContaining("a, y");
    assertThatThrownBy(() -> read("a,y\n1,rose\n", "y", SPECIES))
        .hasMessageContaining(
            "the label 'rose' in column 'y' is none of the classes' names setosa");
  }

  @Test
  void boxesComeFromTheDataOrFromAFile() {
    Table table = read("a,b,y\n1,10,0\n3,-10,1\n", "y", null);
    FeatureBox data = FeatureBox.of(table);
    assertThat(data.fromData()).isTrue();
    assertThat(data.low()).containsExactly(1, -10);
    assertThat(data.high()).containsExactly(3, 10);
    FeatureBox given =
        FeatureBox.read(file("box.csv", "low,feature,high\n-20,b,20\n0,a,5\n"), table);
    assertThat(given.fromData()).isFalse();
    assertThat(given.low()).containsExactly(0, -20);
    assertThat(given.high()).containsExactly(5, 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,5,0;b,-20,20|the box of 'a' is upside down, from 5.0 to 0.0",
        "a,0,2;b,-20,20|row 2, 'a' is 3.0, outside its box [0.0, 2.0]",
        "a,0,5|has no box of b",
        "a,0,5;a,0,5;b,0,1|has two boxes of 'a'",
        "a,0,5;c,0,1|has no feature 'c'",
        "a,0,x;b,0,1|an end of the box of 'a' is 'x', expected a number",
      })
  void boxesThatCannotBeUsedAreRefused(String rows, String message) {
    Table table = read("a,b,y\n1,10,0\n3,-10,1\n", "y", null);
    Path box = file("box.csv", "feature,low,high\n" + rows.replace(';', '\n') + "\n");
    assertThatThrownBy(() -> FeatureBox.read(box, table))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void arraysOfRowsAreTables() {
    Path npz = folder.resolve("rows.npz");
    Npz.write(
        npz,
        java.util.Map.of(
            "x", NpyArray.ofDoubles(new double[] {-7, 5.1, 3e6, 0}, 2, 2),
            "y", NpyArray.ofInts(new int[] {1, 0}, 2)));
    Table table = ((DataSource.NpzFile) DataSource.of(npz.toString())).table(Split.TEST, null);
    assertThat(table.features()).containsExactly("f0", "f1");
    assertThat(table.row(0)).containsExactly(-7, 5.1f);
    assertThat(table.row(1)).containsExactly(3e6f, 0);
    assertThat(table.label(0)).isEqualTo(1);
  }
}
