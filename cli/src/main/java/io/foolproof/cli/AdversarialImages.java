package io.foolproof.cli;

import io.foolproof.attack.Goal;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.data.ContactSheet;
import io.foolproof.data.ImageSet;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.sheet.AttackedImages;
import io.foolproof.report.OutputFolder;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Adversarial images as files: exact in an NPZ, rounded to 8 bits as PNG. */
final class AdversarialImages {
  private AdversarialImages() {}

  /** Writes {@code adversarial.npz} and {@code png/INDEX-LABEL-as-PREDICTION.png}. */
  static void write(AuditResult result, Path folder) {
    List<SampleVerdict> samples = result.samples();
    int[] fooled =
        IntStream.range(0, samples.size())
            .filter(place -> samples.get(place).witness() != null)
            .toArray();
    OutputFolder output = new OutputFolder(folder);
    output.write(AttackedImages.FILE, file -> Npz.write(file, arrays(result, fooled)));
    for (int place : fooled) {
      SampleVerdict sample = samples.get(place);
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

  private static Map<String, NpyArray> arrays(AuditResult result, int[] fooled) {
    ImageSet data = result.data();
    float[] images = new float[fooled.length * data.pixels()];
    float[] clean = new float[images.length];
    int[] labels = new int[fooled.length];
    int[] predictions = new int[fooled.length];
    long[] indices = new long[fooled.length];
    for (int i = 0; i < fooled.length; i++) {
      SampleVerdict sample = result.samples().get(fooled[i]);
      SampleVerdict.Witness witness = witness(sample);
      System.arraycopy(witness.image(), 0, images, i * data.pixels(), data.pixels());
      data.copyPixels(fooled[i], clean, i * data.pixels());
      labels[i] = sample.label();
      predictions[i] = witness.prediction();
      indices[i] = sample.index();
    }
    InputSpec input = result.subject().input();
    int[] shape = {fooled.length, data.channels(), data.height(), data.width()};
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("images", NpyArray.ofFloats(images, shape));
    arrays.put("clean", NpyArray.ofFloats(clean, shape));
    arrays.put("labels", NpyArray.ofInts(labels, fooled.length));
    arrays.put("predictions", NpyArray.ofInts(predictions, fooled.length));
    arrays.put("indices", NpyArray.ofLongs(indices, fooled.length));
    arrays.put("box", NpyArray.ofDoubles(new double[] {input.low(), input.high()}, 2));
    if (result.threat().goal() instanceof Goal.Targeted targeted) {
      arrays.put(AttackedImages.TARGET, NpyArray.ofInts(new int[] {targeted.target()}, 1));
    }
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
