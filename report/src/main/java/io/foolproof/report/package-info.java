@NullMarked
package io.foolproof.report;

import org.jspecify.annotations.NullMarked;
