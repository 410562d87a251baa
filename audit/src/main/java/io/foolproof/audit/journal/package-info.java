/**
 * Journals: every finding is on disk before the next begins, so that a run that was killed resumes.
 */
@NullMarked
package io.foolproof.audit.journal;

import org.jspecify.annotations.NullMarked;
