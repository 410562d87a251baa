package io.foolproof.tensor;

import java.util.Iterator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the life of native memory: every tensor made by this thread while the scope is the
 * innermost one is freed when the scope closes, except those that were {@linkplain #keep kept}.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor logits = model.logits(images);   // freed with the scope, like all that led to it
 *   return scope.keep(logits.argmax(1));    // handed to the enclosing scope
 * }
 * }</pre>
 *
 * <p>Scopes nest and belong to the thread that opened them. A tensor kept by the outermost scope,
 * or made outside any scope, is freed when it is no longer reachable: right for a model's weights,
 * wrong for a loop.
 */
public final class Scope implements AutoCloseable {
  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope on this thread; close it on the same thread. */
  public static Scope open() {
    Engine.load();
    return new Scope();
  }

  /**
   * Hands a tensor of this scope to the enclosing one; one that lives longer already stays where it
   * is.
   *
   * @return the same tensor
   */
  public Tensor keep(Tensor tensor) {
    if (tensor.owner == pointers) {
      Pointer pointer = tensor.nativeTensor();
      tensor.owner = enclosing();
      if (tensor.owner != null) {
        tensor.owner.attach(pointer);
      } else {
        pointer.retainReference();
      }
      pointers.detach(pointer);
    }
    return tensor;
  }

  /**
   * Keeps a tensor as the state of a loop whose every turn has a scope, and frees the state it
   * replaces.
   *
   * <pre>{@code
   * x = step.replace(x, x.add(direction));
   * }</pre>
   *
   * @param old freed if it was itself kept by this method, so that the loop's start, which others
   *     may refer to, is left alone; a state that shall outlive its turn must be copied
   * @return the replacement
   */
  public Tensor replace(Tensor old, Tensor replacement) {
    if (replacement.owner == pointers) {
      keep(replacement);
      replacement.loopState = true;
    }
    if (old != replacement && old.loopState && old.owner != null) {
      old.owner.detach(old.nativeTensor());
      old.owner = null;
    }
    return replacement;
  }

  /**
   * Takes a tensor out of whichever scope holds it, for good: it is freed when it is no longer
   * reachable. For the weights of a model that is read while scopes are open.
   *
   * @return the same tensor
   */
  public static Tensor outlive(Tensor tensor) {
    if (tensor.owner != null) {
      Pointer pointer = tensor.nativeTensor();
      pointer.retainReference();
      tensor.owner.detach(pointer);
      tensor.owner = null;
    }
    return tensor;
  }

  private @Nullable PointerScope enclosing() {
    Iterator<PointerScope> stack = PointerScope.getScopeIterator();
    if (stack == null) {
      return null;
    }
    while (stack.hasNext()) {
      if (stack.next() == pointers) {
        return stack.hasNext() ? stack.next() : null;
      }
    }
    throw new IllegalStateException(
        "a scope is used on the thread that opened it, while it is open");
  }

  @Override
  public void close() {
    pointers.close();
  }
}
