package io.foolproof.cli;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.data.ContactSheet;
import io.foolproof.data.ImageSet;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.InputSpec;
import io.foolproof.report.OutputFolder;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adversarial images as files: exact in an NPZ, rounded to 8 bits as PNG. */
final class AdversarialImages {
  private AdversarialImages() {}

  /** Writes {@code adversarial.npz} and {@code png/INDEX-LABEL-as-PREDICTION.png}. */
  static void write(AuditResult result, Path folder) {
    List<SampleVerdict> fooled =
        result.samples().stream().filter(sample -> sample.witness() != null).toList();
    OutputFolder output = new OutputFolder(folder);
    output.write("adversarial.npz", file -> Npz.write(file, arrays(result, fooled)));
    for (SampleVerdict sample : fooled) {
      SampleVerdict.Witness witness = witness(sample);
      String name = sample.index() + "-" + sample.label() + "-as-" + witness.prediction() + ".png";
      BufferedImage picture = picture(witness.image(), result);
      output.write("png/" + name, file -> ContactSheet.write(picture, file));
    }
  }

  private static SampleVerdict.Witness witness(SampleVerdict sample) {
    SampleVerdict.Witness witness = sample.witness();
    if (witness == null) {
      throw new IllegalStateException("sample " + sample.index() + " was not fooled");
    }
    return witness;
  }

  private static Map<String, NpyArray> arrays(AuditResult result, List<SampleVerdict> fooled) {
    ImageSet data = result.data();
    float[] images = new float[fooled.size() * data.pixels()];
    int[] labels = new int[fooled.size()];
    int[] predictions = new int[fooled.size()];
    List<Long> indices = new ArrayList<>();
    for (int i = 0; i < fooled.size(); i++) {
      SampleVerdict.Witness witness = witness(fooled.get(i));
      System.arraycopy(witness.image(), 0, images, i * data.pixels(), data.pixels());
      labels[i] = fooled.get(i).label();
      predictions[i] = witness.prediction();
      indices.add(fooled.get(i).index());
    }
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put(
        "images",
        NpyArray.ofFloats(images, fooled.size(), data.channels(), data.height(), data.width()));
    arrays.put("labels", NpyArray.ofInts(labels, fooled.size()));
    arrays.put("predictions", NpyArray.ofInts(predictions, fooled.size()));
    arrays.put(
        "indices",
        NpyArray.ofLongs(indices.stream().mapToLong(Long::longValue).toArray(), fooled.size()));
    return arrays;
  }

  /** Each value at the nearest of 256 levels between the ends of the model's box. */
  private static BufferedImage picture(float[] image, AuditResult result) {
    ImageSet data = result.data();
    InputSpec input = result.subject().input();
    double low = input.low();
    double span = input.high() - low;
    int plane = data.height() * data.width();
    BufferedImage picture =
        new BufferedImage(data.width(), data.height(), BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < plane; p++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int channel = data.channels() == 3 ? c : 0;
        rgb = rgb << 8 | (int) Math.rint((image[channel * plane + p] - low) / span * 255);
      }
      picture.setRGB(p % data.width(), p / data.width(), rgb);
    }
    return picture;
  }
}
