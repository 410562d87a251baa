package io.foolproof.audit.proof;

import org.jspecify.annotations.Nullable;

/**
 * What was found of a row of {@code instances.csv}.
 *
 * @param line in that file, from 1
 * @param answer how it was decided
 * @param seconds that it took, the check included
 * @param detail in one line
 * @param model SHA-256 of the model
 * @param property SHA-256 of the property's text
 * @param witness an input that violates the property; null where there is none
 */
public record InstanceFinding(
    int line,
    Decision.Answer answer,
    double seconds,
    String detail,
    String model,
    String property,
    float @Nullable [] witness) {}
