package io.foolproof.checker;

/**
 * What a check found.
 *
 * @param proved whether every claim holds and no case of the specification is left
 * @param reason why not, in one line; empty where it is proved
 * @param exactMargin how far, at least, the nearest case of the specification is from happening in
 *     exact arithmetic, in the units of the outputs, with the bounds of all layers valid for 32-bit
 *     execution; NaN where nothing is proved
 * @param executionMargin the same in any 32-bit execution
 * @param claims how many were checked
 * @param leaves how many backward passes that took
 */
public record Verdict(
    boolean proved,
    String reason,
    double exactMargin,
    double executionMargin,
    int claims,
    int leaves) {}
