package io.foolproof.model;

/** A classifier whose logits can be differentiated with respect to its input. */
public interface DifferentiableClassifier extends Classifier {}
