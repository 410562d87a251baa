package io.foolproof.study;

/**
 * A figure that was computed.
 *
 * @param figure which one
 * @param seconds how long it took, the nets that it was the first to need included
 * @param found what was computed
 */
public record Computed<R extends Record>(Figure<R> figure, double seconds, R found) {}
