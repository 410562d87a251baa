package io.foolproof.defense.loss;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * What the loss of a step is computed from.
 *
 * @param net the net under its weights, which are variables
 * @param images [N, shape...]
 * @param adversarial an adversarial example of each image, without history; the images themselves
 *     where the loss needs none
 * @param labels [N]
 * @param streams random numbers, one stream an image
 */
public record Batch(
    DifferentiableClassifier net,
    Tensor images,
    Tensor adversarial,
    Tensor labels,
    List<RandomStream> streams) {}
