package io.foolproof.study;

/**
 * A measured time: what differs between two runs of the same study.
 *
 * @param milliseconds how long it took
 */
public record Timing(double milliseconds) {}
