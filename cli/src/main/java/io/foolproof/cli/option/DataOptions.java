package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.DataLocations;
import io.foolproof.data.DataSource;
import io.foolproof.data.Downloader;
import io.foolproof.data.ImageSet;
import io.foolproof.data.PublishedSet;
import io.foolproof.data.Split;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
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

  public static DataLocations locations(@Nullable Path dataDir) {
    Downloader downloader = new Downloader(Downloader.Patience.standard(), Terminal.standard());
    return DataLocations.of(
        Optional.ofNullable(dataDir),
        System.getenv(),
        Optional.of(new DataLocations.Remote(downloader, PublishedSet::base)));
  }

  public ImageSet open(Split split) {
    return DataSource.of(data).open(split, locations(dataDir));
  }

  /** More images of the same kind: those for training, or all where splits are not told apart. */
  public ImageSet others() {
    return open(Split.TRAIN);
  }

  /** The first samples of a split; all where the number is 0. */
  public ImageSet open(Split split, int samples) {
    ImageSet all = open(split);
    if (samples < 0) {
      throw new InvalidInputException(
          "--samples is " + samples + ": give a positive number, or 0 for all");
    }
    if (samples > all.size()) {
      throw new InvalidInputException(
          all.name() + " has " + all.size() + " samples, --samples asks for " + samples);
    }
    return samples == 0 ? all : all.range(0, samples);
  }
}
