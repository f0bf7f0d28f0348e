package io.github.implicitbias.lab.study;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.WorkProgress;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Experiments that are trained one after the other, each into a folder of its own below that of all
 * results.
 */
public final class Experiments {

  private final List<Experiment> all;
  private String shown;
  private @Nullable LivePage page;
  private @Nullable OutputFolder folder;
  private boolean flips;
  private String sample = "";
  private List<String> commandLine = List.of();
  private int delay;

  /** Plans experiments; the page of the results shows the first. */
  public Experiments(List<Experiment> all) {
    this.all = List.copyOf(all);
    this.shown = this.all.get(0).name();
  }

  /** Names the experiment that the page of the results shows. */
  public Experiments shown(String name) {
    shown = name;
    return this;
  }

  /** Shows the runs on a page while they are trained; null for none. */
  public Experiments page(@Nullable LivePage live) {
    page = live;
    return this;
  }

  /**
   * Writes the runs.
   *
   * @param into null for none
   * @param everyFlip whether every flip is listed, however many there are
   * @param ofSample what the files name as their origin
   * @param arguments of the command line, for the files
   */
  public Experiments results(
      @Nullable OutputFolder into, boolean everyFlip, String ofSample, List<String> arguments) {
    folder = into;
    flips = everyFlip;
    sample = ofSample;
    commandLine = List.copyOf(arguments);
    return this;
  }

  /** Waits so many milliseconds after every step, to watch. */
  public Experiments delay(int milliseconds) {
    delay = milliseconds;
    return this;
  }

  /** Returns how many steps all experiments take. */
  public int steps() {
    return all.stream().mapToInt(Experiment::steps).sum();
  }

  /**
   * Trains.
   *
   * @return what was trained, by the names of the experiments, in their order
   * @throws InputException if the results cannot be written
   */
  public Map<String, Trained> run(WorkProgress progress) {
    Map<String, Trained> trained = new LinkedHashMap<>();
    for (Experiment experiment : all) {
      trained.put(experiment.name(), train(experiment, progress));
    }
    return trained;
  }

  /** Says where the runs lie over one another, that which is shown first, and keeps the page up. */
  public void stayOpen() {
    if (page != null) {
      List<String> names = new ArrayList<>();
      all.forEach(experiment -> names.add(experiment.name()));
      names.remove(shown);
      names.add(0, shown);
      page.offerComparison(names);
      page.stayOpen();
    }
  }

  private Trained train(Experiment experiment, WorkProgress progress) {
    NativeThreads.fit(experiment.batch(0).numExamples(), experiment.net().numParams());
    Path own = folder(OutputFolder.temporary(folder), experiment.name());
    Path live = folder(OutputFolder.live(folder), experiment.name());
    int steps = experiment.steps();
    try (WatchedTraining watching =
        new WatchedTraining(
            experiment.net(), experiment.listener(), page, live, steps, experiment.name())) {
      for (int step = 0; step < steps; step++) {
        experiment.look(step);
        if (experiment.isComplete(step)) {
          watching.requestAll();
        }
        watching.fit(experiment.batch(step));
        if (experiment.endsEpoch(step)) {
          watching.endEpoch();
        }
        progress.step();
        pause();
      }
      experiment.look(steps);
      Run run = watching.finish();
      if (own != null) {
        Path pageInto = experiment.name().equals(shown) ? OutputFolder.temporary(folder) : null;
        watching.write(own, pageInto, flips, sample, commandLine, run, Json.node());
      }
      return new Trained(experiment.name(), experiment.net(), run, watching.visits());
    }
  }

  /** Makes the folder of an experiment; null if nothing is written. */
  private static @Nullable Path folder(@Nullable Path below, String name) {
    if (below == null) {
      return null;
    }
    try {
      return Files.createDirectories(below.resolve(name));
    } catch (IOException e) {
      throw new InputException("--out " + below + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void pause() {
    if (delay > 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
