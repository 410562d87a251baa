package io.foolproof.tensor;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.module_iterator;
import org.bytedeco.pytorch.module_list;
import org.bytedeco.pytorch.parameter_iterator;
import org.bytedeco.pytorch.parameter_list;

/**
 * A TorchScript module: a function of tensors that the engine reads from a file and runs itself.
 *
 * <p>It is interpreted operation by operation. The engine would otherwise watch the first calls,
 * compile what it saw, and round differently from then on.
 *
 * <p>Safe to call from several threads at once, unless the module changes its own state. It is
 * freed when it is no longer reachable, whatever scopes are open.
 */
public final class ScriptModule {
  private final JitModule module;

  private ScriptModule(JitModule module) {
    this.module = module;
  }

  /**
   * Reads a module onto the processor, wherever it was saved from; its weights have no gradients.
   *
   * <p>Loading may already run code in the file, and the engine does not verify checksums: check
   * the file before it is loaded.
   *
   * @throws EngineException when the file is no TorchScript module
   */
  public static ScriptModule load(Path file) {
    Engine.load();
    try (PointerScope scope = new PointerScope()) {
      DeviceOptional processor = new DeviceOptional(new Device(torch.DeviceType.CPU));
      JitModule module = torch.load(file.toString(), processor, true);
      parameters(module, weights -> weights.set_requires_grad(false));
      module.retainReference();
      scope.detach(module);
      return new ScriptModule(module);
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  private static void parameters(JitModule module, Consumer<org.bytedeco.pytorch.Tensor> action) {
    parameter_list weights = module.parameters();
    parameter_iterator at = weights.begin();
    for (long i = weights.size(); i > 0; i--) {
      action.accept(at.multiply());
      at.increment();
    }
  }

  /** How many weights it has. */
  public long weights() {
    long[] count = {0};
    try (PointerScope scope = new PointerScope()) {
      parameters(module, weights -> count[0] += weights.numel());
    }
    return count[0];
  }

  /** Whether it, or a module in it, was saved in training mode. */
  public boolean isTraining() {
    try (PointerScope scope = new PointerScope()) {
      module_list modules = module.modules();
      module_iterator at = modules.begin();
      boolean training = false;
      for (long i = modules.size(); i > 0; i--) {
        training |= at.multiply().is_training();
        at.increment();
      }
      return training;
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  /** Puts it, and all modules in it, into the mode in which they are used. */
  public void evaluate() {
    try {
      module.eval();
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  /**
   * What the module makes of a tensor.
   *
   * @throws EngineException when the module fails, or does not give one tensor
   */
  public Tensor forward(Tensor input) {
    return Tensor.call(
        () -> {
          IValue result = run(new IValueVector(new IValue(input.nativeTensor())));
          if (!result.isTensor()) {
            throw new EngineException("gives " + kind(result) + ", expected one tensor");
          }
          // The value owns its tensor: a handle of our own outlives it.
          return new org.bytedeco.pytorch.Tensor(result.toTensor());
        });
  }

  private IValue run(IValueVector inputs) {
    // A setting of each thread.
    torch.setGraphExecutorOptimize(false);
    try {
      return module.forward(inputs);
    } catch (RuntimeException e) {
      // The interpreter shows the file's code first, and last what was wrong.
      String why =
          String.valueOf(e.getMessage())
              .lines()
              .filter(line -> line.matches("[\\w.]*(Error|Exception)\\b.*: .*"))
              .reduce((first, second) -> second)
              .orElse("");
      throw why.isEmpty() ? e : new IllegalArgumentException(why, e);
    }
  }

  private static String kind(IValue value) {
    if (value.isTuple()) {
      return "a tuple of %d values".formatted(value.toTupleRef().size());
    }
    if (value.isGenericDict()) {
      return "a dictionary";
    }
    if (value.isTensorList()) {
      return "a list of %d tensors".formatted(value.toTensorVector().size());
    }
    try (BytePointer kind = value.tagKind()) {
      return kind.getString();
    }
  }
}
