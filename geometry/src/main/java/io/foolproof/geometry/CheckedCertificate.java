package io.foolproof.geometry;

/**
 * What {@link CertificateChecker} found about one result.
 *
 * @param query the query's place among the queries
 * @param verdict whether the certificate holds
 * @param reason what is wrong, or on what grounds it holds
 */
public record CheckedCertificate(int query, Verdict verdict, String reason) {
  /** Whether a certificate holds, and how strictly. */
  public enum Verdict {
    /** It holds in exact arithmetic, without any tolerance. */
    EXACT,
    /** The mixture is within its error bound of the query; no more was claimed or checked. */
    WITHIN_ERROR_BOUND,
    /** It does not hold. */
    REJECTED
  }

  /** Whether the certificate was not rejected. */
  public boolean holds() {
    return verdict != Verdict.REJECTED;
  }
}
