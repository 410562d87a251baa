/** What an audit found, for people and for programs: HTML, JSON, CSV and plain text. */
@NullMarked
package io.foolproof.report;

import org.jspecify.annotations.NullMarked;
