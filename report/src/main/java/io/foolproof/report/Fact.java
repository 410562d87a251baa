package io.foolproof.report;

/** A line of a list of facts. */
public record Fact(String name, String value) {}
