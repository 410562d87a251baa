/** Audits as tests of other projects: an annotation for JUnit Jupiter, assertions for AssertJ. */
@NullMarked
package io.foolproof.testing;

import org.jspecify.annotations.NullMarked;
