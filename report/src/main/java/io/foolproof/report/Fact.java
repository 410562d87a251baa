package io.foolproof.report;

/** A line of a list of facts. */
record Fact(String name, String value) {}
