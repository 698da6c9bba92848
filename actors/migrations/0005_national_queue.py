import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0004_refusals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='proposal',
            name='city',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='actors.city', verbose_name='city'),
        ),
        migrations.AlterField(
            model_name='dismissal',
            name='city',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='dismissals', to='actors.city', verbose_name='city'),
        ),
        migrations.AddConstraint(
            model_name='dismissal',
            constraint=models.UniqueConstraint(condition=models.Q(('city', None)), fields=('kind', 'key'), name='dismissal_once_nationally'),
        ),
    ]
