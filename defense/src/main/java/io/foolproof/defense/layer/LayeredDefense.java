package io.foolproof.defense.layer;

import io.foolproof.model.OnnxEditor;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Layers that are put into a file together. What was put in is written into the file's metadata, so
 * that it can be told later, and no layer is put in twice.
 *
 * @param layers those in front of the net in the order in which an image meets them
 */
public record LayeredDefense(List<Layer> layers) {
  /** Where a file's metadata say what was put in. */
  public static final String KEY = "foolproof.layers";

  private static final String BETWEEN = ", ";
  private static final String RECTIFIER = "Relu";

  /**
   * Checks the layers.
   *
   * @throws InvalidInputException when there is none, or one twice
   */
  public LayeredDefense {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new InvalidInputException("no layer is given: name one, such as noise:sigma=0.3");
    }
    Set<String> names = new HashSet<>();
    for (Layer layer : layers) {
      if (!names.add(layer.name())) {
        throw new InvalidInputException(
            "layer '" + layer.name() + "' is given twice: a file takes each layer once");
      }
    }
  }

  /** Layers as they are written on the command line. */
  public static LayeredDefense parse(List<String> texts) {
    return new LayeredDefense(texts.stream().map(Layers::parse).toList());
  }

  /** The layers that were put into a file, as they are written on the command line. */
  public static List<String> recorded(OnnxModel model) {
    String text = model.metadata(KEY);
    return text == null || text.isEmpty() ? List.of() : List.of(text.split(BETWEEN));
  }

  /** As {@link Layer#in}, with all layers. */
  public OnnxModel in(OnnxModel model) {
    return in(model, null, Preprocessing.NONE);
  }

  /**
   * A model with these layers, which takes what the model takes.
   *
   * @param shape of one image, [C, H, W]; null where the file says it
   * @param preprocessing what is done to images before the file takes them; it is done to those of
   *     the new file as well
   * @throws InvalidInputException when a layer cannot be put into it, or is in it already
   */
  public OnnxModel in(OnnxModel model, long @Nullable [] shape, Preprocessing preprocessing) {
    List<String> before = recorded(model);
    for (Layer layer : layers) {
      for (String old : before) {
        if (old.split(":", -1)[0].equals(layer.name())) {
          throw new InvalidInputException(
              "%s: has the layer '%s' already (%s): put '%s' into the file without it"
                  .formatted(model.name(), layer.name(), old, layer.settings()));
        }
      }
    }
    OnnxEditor editor = OnnxEditor.of(model, shape, preprocessing);
    putInFront(editor);
    for (Layer layer : layers) {
      if (layer instanceof LogitLayer logits) {
        editor.behindLogits(layer.name(), logits::write);
      } else if (layer instanceof RectifierLayer rectifier
          && editor.behindEach(RECTIFIER, layer.name(), rectifier::write) == 0) {
        throw new InvalidInputException(
            "%s: has no %s, behind which '%s' belongs"
                .formatted(model.name(), RECTIFIER, layer.name()));
      }
    }
    // An image meets the layers that are put in last first.
    Stream<String> all = Stream.concat(layers.stream().map(Layer::settings), before.stream());
    editor.record(KEY, String.join(BETWEEN, all.toList()));
    return editor.edited();
  }

  private void putInFront(OnnxEditor editor) {
    List<FrontLayer> front =
        layers.stream().filter(FrontLayer.class::isInstance).map(FrontLayer.class::cast).toList();
    List<long[]> shapes = new ArrayList<>();
    long[] shape = editor.shape();
    for (int i = front.size() - 1; i >= 0; i--) {
      shape = front.get(i).takes(shape);
      shapes.add(shape);
    }
    Collections.reverse(shapes);
    editor.takeChannels(shape[0]);
    for (int i = 0; i < front.size(); i++) {
      FrontLayer layer = front.get(i);
      long[] taken = shapes.get(i);
      editor.inFront(layer.name(), (writer, images) -> layer.write(writer, images, taken));
    }
  }

  /** How the layers hide adversarial examples. */
  public Set<Hiding> hides() {
    Set<Hiding> all = new LinkedHashSet<>();
    layers.forEach(layer -> all.addAll(layer.hides()));
    return Collections.unmodifiableSet(all);
  }

  /** The attacks that such a model must be judged by, as an audit takes them. */
  public String judgedBy() {
    Set<String> settings = new LinkedHashSet<>(List.of("pgd", "steps=40"));
    for (Hiding hiding : hides()) {
      if (!hiding.setting().isEmpty()) {
        settings.add(hiding.setting());
      }
    }
    String gradients = String.join(":", settings);
    return hides().contains(Hiding.WINNERS) ? gradients + ",square,spsa" : gradients;
  }
}
