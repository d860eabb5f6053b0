"""What is asked of an enrolment besides its fingers being somebody's: profiles that report, slaps that are cut."""
