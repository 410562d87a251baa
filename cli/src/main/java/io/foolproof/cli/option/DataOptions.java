package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.DataLocations;
import io.foolproof.data.DataSource;
import io.foolproof.data.Downloader;
import io.foolproof.data.ImageSet;
import io.foolproof.data.PixelRange;
import io.foolproof.data.PublishedSet;
import io.foolproof.data.Reading;
import io.foolproof.data.Split;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which images to take: options that several commands share. */
@Under(Heading.DATA)
public final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "SET",
      defaultValue = "digits",
      description =
          "digits (built in), mnist, fashion-mnist, a folder with one folder per class, or an .npz,"
              + " .npy or IDX file")
  public String data = "digits";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "folder with mnist and fashion-mnist (default: $FOOLPROOF_DATA, then the user's cache;"
              + " downloaded if they are not there)")
  public @Nullable Path dataDir;

  @Option(
      names = "--data-range",
      paramLabel = "LOW,HIGH",
      description =
          "values of black and white in an .npz or .npy file, such as 0,255; 'model' where the values"
              + " are those that the model takes, with --box, --mean and --std (default: 0,1; whole"
              + " numbers 0,255)")
  @Nullable String range;

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description =
          "text file with the name of each class, one a line, in the order of the model's outputs:"
              + " the names of folders, and of classes in reports")
  @Nullable Path classNames;

  private @Nullable Preprocessing modelUnits;

  /**
   * Where published sets are.
   *
   * @param dataDir the only folder to look into; null for the usual places and a download
   * @param progress told of a download
   */
  public static DataLocations locations(@Nullable Path dataDir, Downloader.Progress progress) {
    Downloader downloader = new Downloader(Downloader.Patience.standard(), progress);
    return DataLocations.of(
        Optional.ofNullable(dataDir),
        System.getenv(),
        Optional.of(new DataLocations.Remote(downloader, PublishedSet::base)));
  }

  /**
   * The model whose units {@code --data-range model} means.
   *
   * @param preprocessing what pixels in [0, 1] become before the model takes them
   */
  public void useUnitsOf(Preprocessing preprocessing) {
    modelUnits = preprocessing;
  }

  /**
   * Checks that there are images to learn from and others to test with.
   *
   * @param verb what is to be done with the first, such as {@code train}
   * @throws InvalidInputException when the set has no parts
   */
  public void requireParts(String verb) {
    if (!DataSource.of(data).hasSplits()) {
      throw new InvalidInputException(
          data
              + " has no training and test part: "
              + verb
              + " on digits, mnist, fashion-mnist, or an .npz with x_train and x_test");
    }
  }

  /** All samples of a split. */
  public ImageSet open(Split split, Downloader.Progress progress) {
    return DataSource.of(data).open(split, locations(dataDir, progress), reading());
  }

  /**
   * The images to learn from, to validate on and to test with.
   *
   * @throws InvalidInputException also when some are of a class that there is nothing to learn
   *     about
   */
  public Parts openParts(Downloader.Progress progress) {
    ImageSet training = open(Split.TRAIN, progress);
    ImageSet test = open(Split.TEST, progress);
    if (test.classes() > training.classes()) {
      throw new InvalidInputException(
          "%s: test images have labels up to %d, and training images 0 to %d: no model learns the"
                  .formatted(test.name(), test.classes() - 1, training.classes() - 1)
              + " others from them");
    }
    return new Parts(training, open(Split.VALIDATION, progress), test);
  }

  /**
   * What {@link #openParts} opens.
   *
   * @param training to learn from
   * @param validation to choose by
   * @param test which nothing is chosen by
   */
  public record Parts(ImageSet training, ImageSet validation, ImageSet test) {}

  /** What was said of the data, as it is written, each with a space before it. */
  public String written() {
    return (data.equals("digits") ? "" : " --data " + ShellWord.quoted(data))
        + (dataDir == null ? "" : " --data-dir " + ShellWord.quoted(dataDir.toString()))
        + (range == null ? "" : " --data-range " + ShellWord.quoted(range))
        + (classNames == null ? "" : " --class-names " + ShellWord.quoted(classNames.toString()));
  }

  private Reading reading() {
    return new Reading(classNames(), range());
  }

  /** The names of the classes; null where none are given. */
  @Nullable List<String> classNames() {
    return classNames == null ? null : Reading.classNames(classNames);
  }

  /** Refuses what is about images where the samples are rows of a table. */
  void requireNoImages() {
    if (range != null) {
      throw new InvalidInputException(
          "--data-range is about the pixels of images, and the data are a table, whose features may"
              + " have any range: leave it out");
    }
  }

  private @Nullable PixelRange range() {
    if (range == null) {
      return null;
    }
    if (range.equals("model")) {
      return modelRange();
    }
    String[] ends = range.split(",", -1);
    try {
      return PixelRange.of(Float.parseFloat(ends[0]), Float.parseFloat(ends[ends.length - 1]));
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "--data-range is '"
              + range
              + "': give the values of black and white, such as 0,255, or the word model",
          e);
    }
  }

  private PixelRange modelRange() {
    if (modelUnits == null) {
      throw new InvalidInputException(
          "--data-range is 'model', but this command has no model: give the values of black and"
              + " white, such as 0,255");
    }
    return new PixelRange(modelUnits.ofPixel(0), modelUnits.ofPixel(1));
  }
}
