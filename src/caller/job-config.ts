/** Settings for batch systems: interLink sends the empty form of its own structure. */
export const JOB_CONFIG = {
  SingularityHubProxy: { server: '', master_token: '', cache_validity_seconds: 0 },
  ApptainerOptions: {
    executable: '',
    fakeroot: false,
    containall: false,
    fuseMode: '',
    noInit: false,
    noHome: false,
    noPrivs: false,
    nvidiaSupport: false,
    cleanenv: false,
    unsquash: false,
  },
  Volumes: { scratch_area: '', apptainer_cachedir: '', image_dir: '', additional_directories_in_path: null, fuse_sleep_seconds: 0 },
} as const;
