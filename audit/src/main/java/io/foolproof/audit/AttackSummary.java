package io.foolproof.audit;

/**
 * What one attack of an audit did.
 *
 * @param name its name in the catalogue
 * @param settings its settings, as they are given on the command line
 * @param tried how many samples were still standing before it
 * @param fooled how many of them it fooled, with witnesses that were replayed
 * @param notReplayed how many successes it claimed that did not hold when replayed alone
 * @param errors for how many samples the model answered with something that is not a number
 * @param robustAccuracy the share of all samples that is still standing after it
 * @param seconds the time its batches took, added up over the workers
 * @param forwards how often a sample was evaluated
 * @param backwards how often a sample's gradient was taken
 */
public record AttackSummary(
    String name,
    String settings,
    int tried,
    int fooled,
    int notReplayed,
    int errors,
    Proportion robustAccuracy,
    double seconds,
    long forwards,
    long backwards) {}
