package io.foolproof.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Times things that are compared with each other, in turn, so that a drifting machine hits both.
 */
final class Clock {
  private Clock() {}

  /** The seconds that each of several runs took, by their medians. */
  static double[] medians(int rounds, Runnable... runs) {
    List<List<Double>> seconds = new ArrayList<>();
    for (Runnable run : runs) {
      run.run();
      seconds.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < runs.length; i++) {
        seconds.get(i).add(seconds(runs[i]));
      }
    }
    double[] medians = new double[runs.length];
    for (int i = 0; i < runs.length; i++) {
      Collections.sort(seconds.get(i));
      medians[i] = seconds.get(i).get(rounds / 2);
    }
    return medians;
  }

  /**
   * The seconds of processor time that the whole process took for a run, on all cores together:
   * what other processes on the machine hardly change.
   */
  static double processorSeconds(Runnable run) {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long start = process.getProcessCpuTime();
    run.run();
    return (process.getProcessCpuTime() - start) / 1e9;
  }

  static double seconds(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
