/**
 * What is done when something is seen: triggers, judged right after the record of the step they
 * speak of, and actions, which never hold up training.
 */
@NullMarked
package io.github.implicitbias.core.action;

import org.jspecify.annotations.NullMarked;
