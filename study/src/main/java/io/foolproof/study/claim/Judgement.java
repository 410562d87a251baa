package io.foolproof.study.claim;

/**
 * What became of a claim.
 *
 * @param found the numbers that decided, in a sentence
 */
public record Judgement(Claim claim, Outcome outcome, String found) {}
