/** When to observe: schedules that name steps, and those that keep to a budget of time. */
@NullMarked
package io.github.implicitbias.core.schedule;

import org.jspecify.annotations.NullMarked;
