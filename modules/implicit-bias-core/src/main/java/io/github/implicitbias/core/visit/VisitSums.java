package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;

/** Sums over the visits of a step or of an epoch. */
final class VisitSums {

  private int firstStep = -1;
  private int lastStep = -1;
  private long visits;
  private int newSamples;
  private long margins;
  private long correct;
  private long losses;
  private double loss;
  private double smallestMargin = Double.POSITIVE_INFINITY;
  private int forgotten;

  void begin() {
    firstStep = -1;
    lastStep = -1;
    visits = 0;
    newSamples = 0;
    margins = 0;
    correct = 0;
    losses = 0;
    loss = 0;
    smallestMargin = Double.POSITIVE_INFINITY;
    forgotten = 0;
  }

  void step(int step, int count, int fresh) {
    // Workers that share a book have counts of their own: one may be behind another.
    firstStep = firstStep < 0 ? step : Math.min(firstStep, step);
    lastStep = Math.max(lastStep, step);
    visits += count;
    newSamples += fresh;
  }

  void visit(double margin, double sampleLoss, boolean forgot) {
    if (Double.isFinite(margin)) {
      margins++;
      correct += margin > 0 ? 1 : 0;
      smallestMargin = Math.min(smallestMargin, margin);
    }
    if (Double.isFinite(sampleLoss)) {
      losses++;
      loss += sampleLoss;
    }
    forgotten += forgot ? 1 : 0;
  }

  int firstStep() {
    return firstStep;
  }

  int lastStep() {
    return lastStep;
  }

  long visits() {
    return visits;
  }

  int newSamples() {
    return newSamples;
  }

  double accuracy() {
    return margins == 0 ? Absent.VALUE : (double) correct / margins;
  }

  double meanLoss() {
    return losses == 0 ? Absent.VALUE : loss / losses;
  }

  double smallestMargin() {
    return margins == 0 ? Absent.VALUE : smallestMargin;
  }

  int forgotten() {
    return forgotten;
  }
}
