# What was shown, and what that amounts to

single-biometric = A fingerprint alone: one biometric factor, which reaches no level of Decree 69/2024/ND-CP.
level-1 = One factor, and no biometric one: level 1 of Decree 69/2024/ND-CP.
level-2 = Two different factors, and no biometric one: level 2 of Decree 69/2024/ND-CP.
level-3 = Two different factors, one of them biometric: level 3 of Decree 69/2024/ND-CP.
level-4 = Something one is, something one has and something one knows: level 4 of Decree 69/2024/ND-CP.
no-biometric = Two officers vouch, and no machine has checked anything: no level is reached.
