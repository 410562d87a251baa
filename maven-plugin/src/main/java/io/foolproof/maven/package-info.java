/** Goals of Maven that audit a project's model in a process of its own. */
@NullMarked
package io.foolproof.maven;

import org.jspecify.annotations.NullMarked;
