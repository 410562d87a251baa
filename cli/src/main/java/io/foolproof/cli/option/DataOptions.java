package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
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

  /** All samples of a split. */
  public ImageSet open(Split split, Downloader.Progress progress) {
    return DataSource.of(data).open(split, locations(dataDir, progress));
  }

  /**
   * The first samples of a split.
   *
   * @param samples how many, 0 for all; null for the usual number, or all if there are fewer
   */
  public ImageSet open(
      Split split, @Nullable Integer samples, int usual, Downloader.Progress progress) {
    if (samples != null && samples < 0) {
      throw new InvalidInputException(
          "--samples is " + samples + ": give a positive number, or 0 for all");
    }
    ImageSet all = open(split, progress);
    if (samples == null) {
      return all.first(Math.min(usual, all.size()));
    }
    if (samples > all.size()) {
      throw new InvalidInputException(
          all.name() + " has " + all.size() + " samples, --samples asks for " + samples);
    }
    return samples == 0 ? all : all.first(samples);
  }
}
