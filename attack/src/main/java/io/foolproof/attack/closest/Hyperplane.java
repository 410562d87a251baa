package io.foolproof.attack.closest;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Each lane's decision boundary as a linear function sees it: the points x + d with value + normal
 * . d = 0, around the point x where it was taken.
 *
 * @param value how far the lane is from being fooled, negative once it is: [lanes, 1]
 * @param normal the gradient of that: [lanes, d]
 */
record Hyperplane(Tensor value, Tensor normal) {

  /**
   * The boundary of the nearest rival, measured by the dual norm of the gradients; across a random
   * direction where they vanish.
   */
  static Hyperplane nearest(ClosestPursuit.Evaluation at, List<Tensor> rivals) {
    List<Tensor> values = new ArrayList<>();
    for (Tensor rival : rivals) {
      values.add(value(at, rival));
    }
    List<Tensor> normals = at.gradients(values);
    Norm dual = at.pursuit().norm().dual();
    Hyperplane nearest = new Hyperplane(values.get(0).detach().unsqueeze(1), normals.get(0));
    for (int k = 1; k < values.size(); k++) {
      Hyperplane other = new Hyperplane(values.get(k).detach().unsqueeze(1), normals.get(k));
      Tensor closer = other.distance(dual).lt(nearest.distance(dual));
      nearest =
          new Hyperplane(
              Tensor.where(closer, other.value, nearest.value),
              Tensor.where(closer, other.normal, nearest.normal));
    }
    return new Hyperplane(nearest.value, Draws.withDirection(nearest.normal, at.lanes().streams()));
  }

  /** What separates a lane from its rival: for a targeted goal, from the best other class. */
  private static Tensor value(ClosestPursuit.Evaluation at, Tensor rival) {
    return at.pursuit().goal() instanceof Goal.Targeted ? at.margin() : at.marginTo(rival);
  }

  private Tensor distance(Norm dual) {
    return value.abs().div(dualLength(dual));
  }

  private Tensor dualLength(Norm dual) {
    return Rows.norm(normal, dual).clamp(Rows.SHORTEST, Double.POSITIVE_INFINITY);
  }

  /** The same boundary as seen from other points, which are this far from where it was taken. */
  Hyperplane from(Tensor offset) {
    return new Hyperplane(value.add(normal.mul(offset).sum(true, 1)), normal);
  }

  /** The shortest step onto the boundary where there is no box, L-inf or L2: [lanes, d]. */
  Tensor step(Norm norm) {
    Tensor direction = norm == Norm.LINF ? normal.sign() : Rows.unit(normal, Norm.L2);
    return direction.mul(distance(norm.dual())).neg();
  }
}
